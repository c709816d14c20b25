// What two peers say about attachments, the same in a hello and in an answer:
//
//   notes        offers; wants; held; unavailable
//   offers       varint n; n × 32 bytes            whole here, and not told before
//   wants        varint n; n × (32 bytes; block)   please send; the block has a bit for each chunk
//                                                  that is here, lowest bit first, and is empty
//                                                  while the manifest is not
//   held         varint n; n × 32 bytes            whole here by now, committed
//   unavailable  varint n; n × (32 bytes; byte)    asked for, but not sent: why
//
// Each list rises by hash. The content itself, in records of its own kind:
//
//   byte 0; manifest
//   byte 1; 32 bytes attachment; varint position; the chunk's bytes

/// What one side says about attachments.
public struct AttachmentNotes: Hashable, Sendable {
    public struct Want: Hashable, Sendable {
        public var attachment: ContentHash
        /// A bit for each chunk that need not be sent; empty: send the manifest, too.
        public var present: [UInt8]

        public init(_ attachment: ContentHash, present: [UInt8] = []) {
            self.attachment = attachment
            self.present = present
        }

        public func has(_ position: Int) -> Bool {
            position / 8 < present.count && present[position / 8] >> (position % 8) & 1 == 1
        }

        /// The bits for a list of chunks.
        public static func bits(_ isPresent: [Bool]) -> [UInt8] {
            var bits = [UInt8](repeating: 0, count: (isPresent.count + 7) / 8)
            for (position, present) in isPresent.enumerated() where present {
                bits[position / 8] |= 1 << (position % 8)
            }
            return bits
        }
    }

    /// Why what was asked for does not come. An unknown reason reads as ``later``.
    public enum Reason: UInt8, Sendable {
        /// Not here yet; it was asked for where it is.
        case later = 0
        /// Not here, and nobody is known to have it.
        case nowhere = 1
        /// No row that the asker may read names it.
        case notAllowed = 2
    }

    public struct Refusal: Hashable, Sendable {
        public var attachment: ContentHash
        public var reason: Reason

        public init(_ attachment: ContentHash, _ reason: Reason) {
            self.attachment = attachment
            self.reason = reason
        }
    }

    public var offers: [ContentHash] = []
    public var wants: [Want] = []
    public var held: [ContentHash] = []
    public var unavailable: [Refusal] = []

    public init() {}

    public var isEmpty: Bool {
        offers.isEmpty && wants.isEmpty && held.isEmpty && unavailable.isEmpty
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 64)
        out.list(offers.sorted()) { $0.raw($1.bytes) }
        out.list(wants.sorted { $0.attachment < $1.attachment }) { out, want in
            out.raw(want.attachment.bytes)
            out.block(want.present)
        }
        out.list(held.sorted()) { $0.raw($1.bytes) }
        out.list(unavailable.sorted { $0.attachment < $1.attachment }) { out, refusal in
            out.raw(refusal.attachment.bytes)
            out.byte(refusal.reason.rawValue)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        offers = try input.rising("offers", bytesEach: 32) { (_, hash) throws(DecodeError) in hash }
        wants = try input.rising("wants", bytesEach: 33) { (input, hash) throws(DecodeError) in
            Want(
                hash,
                present: try input.block(
                    "chunks", limit: (SyncLimits.attachmentChunksMax + 7) / 8))
        }
        held = try input.rising("held", bytesEach: 32) { (_, hash) throws(DecodeError) in hash }
        unavailable = try input.rising("unavailable", bytesEach: 33) {
            (input, hash) throws(DecodeError) in
            Refusal(hash, Reason(rawValue: try input.byte()) ?? .later)
        }
        try input.finish()
    }
}

/// One record of attachment content.
public enum AttachmentRecord: Hashable, Sendable {
    case manifest(AttachmentManifest)
    case chunk(of: ContentHash, position: Int, bytes: [UInt8])

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: SyncLimits.attachmentChunkBytes + 40)
        switch self {
        case .manifest(let manifest):
            out.byte(0)
            out.raw(manifest.encoded())
        case .chunk(let attachment, let position, let bytes):
            out.byte(1)
            out.raw(attachment.bytes)
            out.varint(position)
            out.raw(bytes)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let tag = try input.byte()
        switch tag {
        case 0:
            self = .manifest(try AttachmentManifest(decoding: try input.raw(input.remaining)))
        case 1:
            let attachment = try input.contentHash()
            let at = input.offset
            let position = try input.varint()
            guard position < UInt64(SyncLimits.attachmentChunksMax) else {
                throw DecodeError(.tooLarge(what: "chunk position"), at: at)
            }
            guard (1...SyncLimits.attachmentChunkBytes).contains(input.remaining) else {
                throw input.failure(.tooLarge(what: "chunk"))
            }
            self = .chunk(
                of: attachment, position: Int(position), bytes: try input.raw(input.remaining))
        default: throw DecodeError(.unknownTag(what: "attachment record", UInt64(tag)), at: 0)
        }
    }
}

extension ByteReader {
    /// A list whose items begin with a hash, rising strictly.
    fileprivate mutating func rising<Item>(
        _ what: String, bytesEach: Int,
        _ item: (inout ByteReader, ContentHash) throws(DecodeError) -> Item
    ) throws(DecodeError) -> [Item] {
        var items: [Item] = []
        var last: ContentHash?
        for _
            in 0..<(try count(
                of: what, limit: SyncLimits.attachmentNotesMax, bytesEach: bytesEach))
        {
            let hash = try contentHash()
            guard last.map({ $0 < hash }) ?? true else {
                throw failure(.notCanonical(what: what))
            }
            last = hash
            items.append(try item(&self, hash))
        }
        return items
    }
}
