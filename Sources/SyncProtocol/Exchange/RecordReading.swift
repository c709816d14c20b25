/// Reads a stream that arrives in pieces of any size.
public struct RecordReader: Sendable {
    private var buffer: [UInt8] = []
    /// One for each version that the stream may be of; the first seal tells which.
    private var seals: [SealSequence] = []
    private let direction: Direction
    /// Records whose seal was checked, not yet given out.
    private var ready: [(kind: RecordKind, payload: [UInt8])] = []

    /// A request's stream: the key is known only after the preface.
    public init() { direction = .request }

    /// An answer's stream.
    /// - Parameter versions: those that it may be of.
    public init(
        key: LinkKey, nonce: UInt64,
        versions: ClosedRange<UInt8> = Preface.versions.upperBound...Preface.versions.upperBound
    ) {
        direction = .answer
        seals = versions.reversed().map {
            SealSequence(key: key, direction: .answer, nonce: nonce, version: $0)
        }
    }

    /// What the stream's first seal said.
    public var version: UInt8 { seals.first?.version ?? Preface.versions.upperBound }

    public mutating func feed(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

    /// Whether bytes of an unfinished record are left when the stream has ended.
    public var isMidRecord: Bool { !buffer.isEmpty }

    /// - Returns: nil until enough bytes are there.
    /// - Parameter versions: what this side speaks.
    public mutating func preface(
        versions: ClosedRange<UInt8> = Preface.versions
    ) throws(StreamError) -> Preface? {
        var input = ByteReader(buffer)
        do throws(DecodeError) {
            let version = try input.byte()
            guard versions.contains(version) else {
                throw DecodeError(.unknownVersion(UInt64(version)), at: 0)
            }
            let preface = Preface(
                version: version, replica: ReplicaID(try input.uint32("replica")),
                nonce: try input.varint())
            buffer.removeFirst(input.offset)
            return preface
        } catch {
            if error.reason == .truncated { return nil }
            throw .malformed(error)
        }
    }

    public mutating func accept(_ preface: Preface, key: LinkKey) {
        seals = [
            SealSequence(
                key: key, direction: direction, nonce: preface.nonce, version: preface.version)
        ]
    }

    /// The next whole record, its seal checked.
    /// - Returns: nil until enough bytes are there.
    public mutating func next() throws(StreamError) -> (kind: RecordKind, payload: [UInt8])? {
        if ready.isEmpty { try readGroup() }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    // MARK: - Up to the next seal

    private struct Group {
        var records: [(kind: RecordKind, payload: [UInt8])] = []
        /// What the seal covers.
        var body: [UInt8] = []
        var seal: [UInt8] = []
        var end = 0
    }

    /// All records up to the next seal, or none.
    private mutating func readGroup() throws(StreamError) {
        guard let group = try nextGroup() else { return }
        try check(group)
        ready = group.records
        buffer.removeFirst(group.end)
    }

    private func nextGroup() throws(StreamError) -> Group? {
        var input = ByteReader(buffer)
        var group = Group()
        var length: UInt64 = 0
        do throws(DecodeError) {
            while true {
                let start = input.offset
                length = try input.varint()
                guard length <= UInt64(SyncLimits.recordBytesMax) else {
                    throw DecodeError(.tooLarge(what: "record"), at: start)
                }
                let first = input.offset
                let kind = try input.byte()
                let isJoined = kind & RecordKind.joinedBit != 0 && canJoin
                let rest = Int(length) - 1 - (isJoined ? 0 : SealSequence.byteCount)
                guard rest >= 0 else {
                    throw DecodeError(.notCanonical(what: "record"), at: first)
                }
                guard isJoined else {
                    let payload = try input.raw(rest)
                    group.seal = try input.raw(SealSequence.byteCount)
                    group.records.append((RecordKind(rawValue: kind), payload))
                    group.body = buffer[..<start] + [kind] + payload
                    group.end = input.offset
                    return group
                }
                guard first + rest < RecordWriter.joinedBytesMax else {
                    throw DecodeError(.tooLarge(what: "record"), at: start)
                }
                group.records.append(
                    (RecordKind(rawValue: kind & ~RecordKind.joinedBit), try input.raw(rest)))
            }
        } catch {
            switch error.reason {
            case .truncated: return nil
            case .tooLarge: throw .tooLarge(bytes: length)
            default: throw .malformed(error)
            }
        }
    }

    private var canJoin: Bool {
        seals.contains { $0.version >= Preface.shortMessagesSince }
    }

    private mutating func check(_ group: Group) throws(StreamError) {
        guard let first = seals.first else { preconditionFailure("records before the preface") }
        for candidate in seals {
            var seals = candidate
            let expected = seals.next(over: group.body)
            // Compared without an early exit, so that timing tells nothing.
            let difference = zip(group.seal, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            guard difference == 0 else { continue }
            self.seals = [seals]
            return
        }
        throw .badSeal(index: first.index)
    }
}
