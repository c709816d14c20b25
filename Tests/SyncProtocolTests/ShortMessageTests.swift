import SyncProtocol
import Testing

/// The forms of version 2, on the messages of `ExchangeMessages`.
@Suite("Hello, answer and joined records from version 2 on")
struct ShortMessages {
    private static let hello = ExchangeMessages.hello
    private static let answer = ExchangeMessages.answer

    /// The seal was checked against another implementation of HMAC-SHA256.
    @Test("Golden vectors: hello, answer to it and alone, and records that share a seal")
    func golden() {
        #expect(
            ExchangeMessages.hex(Self.hello.encoded(as: 2))
                == "0180f8e71302ab0305010e8234020101055204d90f020207050101020304")
        #expect(
            ExchangeMessages.hex(Self.answer.encoded(as: 2, to: Self.hello))
                == "000d02030401020701040773616c696e616e0104554d554dea0ff503e807")
        #expect(
            ExchangeMessages.hex(Self.answer.encoded(as: 2, to: nil))
                == "80f8e7130d0201023402001204d90f01020701040773616c696e616e0104554d554dea0ff5"
                + "03e807")
        var writer = RecordWriter(key: ExchangeMessages.key, direction: .request, nonce: 9)
        #expect(
            ExchangeMessages.hex(writer.records([(.hello, [1, 2, 3]), (.segment, [4, 5])]))
                == "04810102030b020405903614817694735d")
    }

    @Test("What is said is understood, in its steps; every strict prefix is refused")
    func roundTrip() throws {
        let hello = Self.hello.encoded(as: 2)
        let read = try Hello(decoding: hello, as: 2)
        #expect(read.encoded(as: 2) == hello)
        #expect(read.wallMilliseconds == Self.hello.wallMilliseconds)
        var health = Self.hello.health
        health.storeKilobytes = 896
        #expect(read.health == health)
        #expect(read.scopes.map(\.vector) == Self.hello.scopes.map(\.vector))
        #expect(read.scopes.map(\.shortHead) == Self.hello.scopes.map(\.shortHead))
        for length in hello.indices {
            #expect(throws: DecodeError.self) {
                try Hello(decoding: Array(hello[..<length]), as: 2)
            }
        }
        for context in [Self.hello, nil] {
            let answer = Self.answer.encoded(as: 2, to: context)
            let read = try Answer(decoding: answer, as: 2, to: context)
            #expect(read.holdings.map(\.scope) == Self.answer.holdings.map(\.scope))
            #expect(read.holdings.map(\.holding) == Self.answer.holdings.map(\.holding))
            #expect(read.notices == Self.answer.notices && read.grants == Self.answer.grants)
            #expect(read.hasMore)
            for length in answer.indices {
                #expect(throws: DecodeError.self) {
                    try Answer(decoding: Array(answer[..<length]), as: 2, to: context)
                }
            }
        }
    }

    @Test(
        "What the answer should carry is told exactly, in whole kilobytes with one byte",
        arguments: [(0, 3), (1, 3), (1_023, 4), (1_024, 1), (16 << 10, 1), (511 << 10, 2)])
    func budget(bytes: UInt64, taken: Int) throws {
        var hello = Self.hello
        var field = ByteWriter()
        field.varint(bytes)
        hello.fields[HelloField.budget] = field.bytes
        let encoded = hello.encoded(as: 2)
        #expect(encoded.count == Self.hello.encoded(as: 2).count + taken)
        #expect(try Hello(decoding: encoded, as: 2).fields == hello.fields)
    }

    @Test("An answer that has nothing to say takes two bytes")
    func nothingNew() throws {
        let answer = Answer(
            wallMilliseconds: Self.hello.wallMilliseconds + 900, hasMore: false,
            holdings: Self.hello.scopes.map { ($0.scope, .same) }, notices: [], grants: [])
        let bytes = answer.encoded(as: 2, to: Self.hello)
        #expect(bytes.count == 2)
        let read = try Answer(decoding: bytes, as: 2, to: Self.hello)
        #expect(read.holdings.map(\.scope) == Self.hello.scopes.map(\.scope))
    }

    @Test(
        "Any code names its place",
        arguments: [
            "52", "52.02", "52.02.04", "52.02.04.2009", "52.02.04.0009", "52.02.4.2009", "",
            "52..04", "52.02.04.2009.1", "pusat", "5２.02",
        ])
    func places(code: String) throws {
        let scopes = ["52", "52.02.01.1001", code].map { Scope($0) }
        let hello = Hello(
            schemaVersion: 1, wallMilliseconds: -1, grantsKnown: 0, health: HealthReport(),
            scopes: Set(scopes).map { ScopeState(scope: $0, vector: VersionVector(), head: 0) })
        let read = try Hello(decoding: hello.encoded(as: 2), as: 2)
        #expect(read.scopes.map(\.scope) == hello.scopes.map(\.scope))
    }

    @Test("Clocks that are far off, or impossible, are told and read")
    func clocks() throws {
        for wall in [Int64.min, -1, 0, 1_788_000_000_999, .max] {
            var hello = Self.hello
            hello.wallMilliseconds = wall
            let read = try Hello(decoding: hello.encoded(as: 2), as: 2)
            let answer = Answer(
                wallMilliseconds: .max, hasMore: false, holdings: [], notices: [], grants: [])
            _ = try Answer(decoding: answer.encoded(as: 2, to: hello), as: 2, to: read)
        }
    }

    @Test("Records that share a seal come all or none; any flipped bit is noticed")
    func joined() throws {
        var writer = RecordWriter(key: ExchangeMessages.key, direction: .answer, nonce: 4)
        let stream = writer.records([
            (.answer, [7, 7]), (.segment, [8]), (.segment, [UInt8](repeating: 9, count: 1_100)),
            (.segment, [10]),
        ])
        func read(_ bytes: [UInt8]) throws -> [Int] {
            var reader = RecordReader(key: ExchangeMessages.key, nonce: 4)
            reader.feed(bytes)
            var sizes: [Int] = []
            while let record = try reader.next() { sizes.append(record.payload.count) }
            return sizes
        }
        #expect(try read(stream) == [2, 1, 1_100, 1])
        // Two of them share a seal, the others have their own.
        for length in stream.indices {
            #expect([0, 2, 3].contains(try read(Array(stream[..<length])).count))
        }
        for index in stream.indices.prefix(40) {
            for bit in 0..<8 {
                var flipped = stream
                flipped[index] ^= 1 << UInt8(bit)
                let count = (try? read(flipped).count) ?? 0
                #expect(count < 4)
            }
        }
    }

    @Test("The seal covers the version: a request turned into one of another version is refused")
    func version() throws {
        var writer = RecordWriter(
            key: ExchangeMessages.key, direction: .request, nonce: 9, version: 2)
        var request =
            RecordWriter.preface(replica: ReplicaID(2), nonce: 9, version: 2)
            + writer.record(.hello, Self.hello.encoded(as: 2))
        request[0] = 1
        var reader = RecordReader()
        reader.feed(request)
        let preface = try #require(try reader.preface())
        reader.accept(preface, key: ExchangeMessages.key)
        #expect(throws: StreamError.badSeal(index: 0)) { try reader.next() }
    }

    @Test("An answer on a stick is read in the version that it was made in")
    func oldAnswer() throws {
        for version in Preface.versions {
            var writer = RecordWriter(
                key: ExchangeMessages.key, direction: .answer, nonce: 4, version: version)
            var reader = RecordReader(
                key: ExchangeMessages.key, nonce: 4, versions: Preface.versions)
            reader.feed(writer.record(.answer, Self.answer.encoded(as: version, to: nil)))
            let record = try #require(try reader.next())
            #expect(reader.version == version)
            let read = try Answer(decoding: record.payload, as: version, to: nil)
            #expect(read.notices == Self.answer.notices)
        }
    }

    @Test("A flood of records without a seal is not kept")
    func flood() throws {
        var reader = RecordReader(key: ExchangeMessages.key, nonce: 4)
        #expect(throws: StreamError.self) {
            for _ in 0..<2_000 {
                reader.feed([3, 0x83, 1, 2])
                while try reader.next() != nil {}
            }
        }
    }
}
