// Optional fields at the end of a hello or an answer.
//
//   until the end: varint number, rising; block      a field with nothing to say is absent
//
// Whoever does not know a number passes over it, so that a newer program may say more to an older
// one. Numbers are never given twice.

/// Numbered blocks of bytes, each the business of one capability of the exchange.
public struct MessageFields: Hashable, Sendable {
    private var blocks: [UInt32: [UInt8]] = [:]

    public init() {}

    public subscript(number: UInt32) -> [UInt8]? {
        get { blocks[number] }
        set { blocks[number] = newValue }
    }

    public var isEmpty: Bool { blocks.isEmpty }

    func encode(to out: inout ByteWriter) {
        for (number, block) in blocks.sorted(by: { $0.key < $1.key }) {
            out.varint(UInt64(number))
            out.block(block)
        }
    }

    /// Takes all that is left.
    init(reading input: inout ByteReader) throws(DecodeError) {
        var last: UInt32 = 0
        while input.remaining > 0 {
            let number = try input.uint32("field")
            guard number > last else { throw input.failure(.notCanonical(what: "field order")) }
            last = number
            blocks[number] = try input.block("field", limit: SyncLimits.fieldBytesMax)
        }
    }
}

/// Field numbers of a hello.
public enum HelloField {
    public static let dictionaries: UInt32 = 1
    public static let checksum: UInt32 = 2
    public static let snapshot: UInt32 = 3
    public static let attachments: UInt32 = 4
    public static let budget: UInt32 = 5
    public static let grants: UInt32 = 6
    public static let incarnations: UInt32 = 7
    public static let peers: UInt32 = 8
    public static let epoch: UInt32 = 9
    public static let checkpoints: UInt32 = 11
}

/// Field numbers of an answer.
public enum AnswerField {
    public static let durable: UInt32 = 1
    public static let epoch: UInt32 = 2
    public static let dictionaries: UInt32 = 3
    public static let checksum: UInt32 = 4
    public static let snapshot: UInt32 = 5
    public static let attachments: UInt32 = 6
    public static let peers: UInt32 = 7
    public static let pause: UInt32 = 8
    public static let incarnations: UInt32 = 9
    public static let grants: UInt32 = 10
    public static let checkpoints: UInt32 = 11
    public static let otherForks: UInt32 = 12
    public static let pasts: UInt32 = 13
}
