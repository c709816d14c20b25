import SyncProtocol
import Testing

@Suite("The messages of an exchange")
struct ExchangeMessages {
    static let key = LinkKey(bytes: [UInt8](0..<32))

    static let hello: Hello = {
        var health = HealthReport()
        health.pending = 3
        health.oldestPendingSeconds = 300
        health.conflicts = 1
        health.storeKilobytes = 912
        return Hello(
            schemaVersion: 1, wallMilliseconds: 1_788_000_000_000, grantsKnown: 2, health: health,
            scopes: [
                ScopeState(
                    scope: Scope("52.02.04.2009"),
                    vector: VersionVector([Dot(ReplicaID(2), 7), Dot(ReplicaID(5), 1)]),
                    head: 0x0102_0304_0506_0708),
                ScopeState(scope: Scope("52.02"), vector: VersionVector([Dot(.hub, 5)]), head: 0),
            ])
    }()

    static let answer = Answer(
        wallMilliseconds: 1_788_000_000_500, hasMore: true,
        holdings: [
            (Scope("52.02"), .same),
            (Scope("52.02.04.2009"), .vector(VersionVector([Dot(ReplicaID(2), 7)]))),
        ], notices: [Notice(.fork, "salinan")],
        grants: [NumberGrant(series: "UMUM", year: 2026, first: 501, last: 1_000)])

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The seals were checked against another implementation of HMAC-SHA256.
    @Test("Golden vectors: hello, answer, and a sealed request of both kinds of record")
    func golden() {
        #expect(
            Self.hex(Self.hello.encoded())
                == "0180e0d6d189680203ac020001009007020535322e303201010500000000000000000d35322e30"
                + "322e30342e3230303902020705010102030405060708")
        #expect(
            Self.hex(Self.answer.encoded())
                == "e8e7d6d1896801020535322e3032010d35322e30322e30342e3230303900010207010407736"
                + "16c696e616e0104554d554dea0ff503e807")
        var writer = RecordWriter(key: Self.key, direction: .request, nonce: 9, version: 1)
        let request =
            RecordWriter.preface(replica: ReplicaID(2), nonce: 9, version: 1)
            + writer.record(.hello, [1, 2, 3]) + writer.record(.segment, [4, 5])
        #expect(
            Self.hex(request)
                == "0102090c010102030ed0f2023f6a011f0b0204053cc64a78b136eccf")
    }

    @Test("What is said is understood, and every strict prefix is refused")
    func roundTrip() throws {
        let hello = Self.hello.encoded()
        #expect(try Hello(decoding: hello) == Self.hello)
        for length in hello.indices {
            #expect(throws: DecodeError.self) { try Hello(decoding: Array(hello[..<length])) }
        }
        let answer = Self.answer.encoded()
        #expect(try Answer(decoding: answer) == Self.answer)
        for length in answer.indices {
            #expect(throws: DecodeError.self) { try Answer(decoding: Array(answer[..<length])) }
        }
    }

    @Test("A stream may arrive byte by byte; any flipped bit breaks its record's seal")
    func streams() throws {
        var writer = RecordWriter(key: Self.key, direction: .answer, nonce: 4)
        let stream = writer.record(.answer, [7, 7]) + writer.record(.segment, [8])
        var reader = RecordReader(key: Self.key, nonce: 4)
        var kinds: [RecordKind] = []
        for byte in stream {
            reader.feed([byte])
            while let record = try reader.next() { kinds.append(record.kind) }
        }
        #expect(kinds == [.answer, .segment] && !reader.isMidRecord)
        for index in stream.indices {
            for bit in 0..<8 {
                var flipped = stream
                flipped[index] ^= 1 << UInt8(bit)
                var reader = RecordReader(key: Self.key, nonce: 4)
                reader.feed(flipped)
                var read = 0
                do {
                    while try reader.next() != nil { read += 1 }
                    #expect(reader.isMidRecord && read < 2)
                } catch {
                    #expect(read < 2)
                }
            }
        }
    }

    @Test("An answer to another request, or sent back as one, does not fit")
    func replays() throws {
        var writer = RecordWriter(key: Self.key, direction: .answer, nonce: 4)
        let stream = writer.record(.answer, [7])
        var other = RecordReader(key: Self.key, nonce: 5)
        other.feed(stream)
        #expect(throws: StreamError.badSeal(index: 0)) { try other.next() }
        var request = RecordWriter(key: Self.key, direction: .request, nonce: 4)
        var mirror = RecordReader(key: Self.key, nonce: 4)
        mirror.feed(request.record(.answer, [7]))
        #expect(throws: StreamError.badSeal(index: 0)) { try mirror.next() }
    }
}

@Suite("The calling side decides, round after round")
struct EdgeSessions {
    @Test("One round when nothing large waits")
    func oneRound() {
        var session = EdgeSession(isDoubtful: false)
        #expect(session.start() == .exchange(carriesSegments: true))
        let end = session.received(lackedByHub: 0, hubHasMore: false, madeProgress: false)
        #expect(end == .finished)
    }

    @Test("After a cut it asks first, and sends only then")
    func doubt() {
        var session = EdgeSession(isDoubtful: true)
        #expect(session.start() == .exchange(carriesSegments: false))
        let next = session.received(lackedByHub: 3, hubHasMore: false, madeProgress: false)
        #expect(next == .exchange(carriesSegments: true))
    }

    @Test("It goes on while there is progress, and stops with an error when there is none")
    func stalls() {
        var session = EdgeSession(isDoubtful: false)
        for _ in 0..<3 {
            let next = session.received(lackedByHub: 9, hubHasMore: true, madeProgress: true)
            #expect(next == .exchange(carriesSegments: true))
        }
        let end = session.received(lackedByHub: 9, hubHasMore: false, madeProgress: false)
        #expect(end == .stalled)
    }
}
