import SyncProtocol

/// How much one request carries.
///
/// Problem: what is urgent cannot overtake what was handed to the line already. Idea: a request
/// carries what the line takes in some seconds, measured on the requests before; so the next
/// opportunity is never far, and what comes the other way never waits long either.
struct Pace {
    /// What an unknown line is given: four seconds at 32 kbit/s.
    static let start = 16 << 10
    static let least = 4 << 10
    static let most = 512 << 10
    /// Canonical bytes that become one compressed byte, at the least.
    private static let expansion = 2
    private static let millisecondsAimed = 4_000

    /// Compressed bytes.
    private(set) var bytes: Int

    init(remembered: Int64?) {
        bytes = min(max(remembered.map { Int(clamping: $0) } ?? Self.start, Self.least), Self.most)
    }

    /// Hello field 5: varint bytes that the answer should not exceed by more than a segment. Whole
    /// kilobytes, which a short hello says in one byte.
    static func field(_ room: Int) -> [UInt8] {
        var out = ByteWriter()
        let kilobytes = max(0, room) & ~1_023
        out.varint(UInt64(kilobytes > 0 ? kilobytes : max(0, room)))
        return out.bytes
    }

    /// - Returns: nil when nothing is said that can be read.
    static func room(in field: [UInt8]) -> Int? {
        var input = ByteReader(field)
        return (try? input.varint()).map { Int(clamping: $0) }
    }

    /// Canonical bytes of a segment, so that it takes at most twice `room` compressed bytes.
    static func segmentBytes(within room: Int) -> Int {
        min(SyncLimits.segmentBytesTarget, max(1, min(room, most)) * expansion)
    }

    /// At most doubled or halved, so that one hiccup decides nothing.
    /// - Parameter carried: bytes of a request and its answer.
    mutating func note(carried: Int, milliseconds: Int64) {
        // A small request tells about the way, not about the line.
        guard carried * 2 >= bytes else { return }
        let fitting = carried * Self.millisecondsAimed / max(1, Int(clamping: milliseconds))
        bytes = min(max(fitting, bytes / 2, Self.least), min(bytes * 2, Self.most))
    }
}

/// What an exchange may still cost. Bytes of requests and answers together.
struct Allowance {
    /// Kept back for what is urgent, and for hellos.
    static let reserve = 24 << 10

    /// nil without a limit.
    let bytes: Int?
    var spent = 0

    /// For what can wait.
    var leftForWork: Int { bytes.map { max(0, $0 - spent - Self.reserve) } ?? .max }
}
