/// Reads what ``ByteWriter`` wrote and refuses everything else with an offset.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    public private(set) var offset: Int
    private let end: Int

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    public var remaining: Int { end - offset }

    public func failure(_ reason: DecodeError.Reason) -> DecodeError {
        DecodeError(reason, at: offset)
    }

    public mutating func byte() throws(DecodeError) -> UInt8 {
        guard offset < end else { throw failure(.truncated) }
        defer { offset += 1 }
        return bytes[offset]
    }

    public mutating func varint() throws(DecodeError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = offset
        while true {
            let next = try byte()
            if shift == 63, next > 1 { throw DecodeError(.malformedNumber, at: start) }
            value |= UInt64(next & 0x7f) << shift
            if next & 0x80 == 0 {
                if next == 0, shift > 0 { throw DecodeError(.malformedNumber, at: start) }
                return value
            }
            shift += 7
            if shift > 63 { throw DecodeError(.malformedNumber, at: start) }
        }
    }

    public mutating func zigzag() throws(DecodeError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    public mutating func fixed64() throws(DecodeError) -> UInt64 {
        guard remaining >= 8 else { throw failure(.truncated) }
        var value: UInt64 = 0
        for _ in 0..<8 { value = value << 8 | UInt64(try byte()) }
        return value
    }

    public mutating func uint32(_ what: String) throws(DecodeError) -> UInt32 {
        let start = offset
        guard let value = UInt32(exactly: try varint()) else {
            throw DecodeError(.tooLarge(what: what), at: start)
        }
        return value
    }

    /// A count of things that take at least `bytesEach` bytes, refused before any allocation
    /// when the limit or the bytes that are left cannot hold it.
    public mutating func count(
        of what: String, limit: Int, bytesEach: Int = 1
    ) throws(DecodeError) -> Int {
        let start = offset
        let value = try varint()
        guard value <= UInt64(limit) else { throw DecodeError(.tooLarge(what: what), at: start) }
        guard Int(value) * bytesEach <= remaining else {
            throw DecodeError(.truncated, at: start)
        }
        return Int(value)
    }

    public mutating func raw(_ count: Int) throws(DecodeError) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw failure(.truncated) }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    public mutating func block(_ what: String, limit: Int) throws(DecodeError) -> [UInt8] {
        try raw(count(of: what, limit: limit))
    }

    public mutating func text(
        _ what: String, limit: Int = SyncLimits.nameBytesMax
    ) throws(DecodeError) -> String {
        try text(bytes: count(of: what, limit: limit))
    }

    /// A scope, an author, an intent: text without NUL, at which SQLite would cut it.
    mutating func name(_ what: String) throws(DecodeError) -> String {
        let start = offset
        let name = try text(what)
        guard !name.utf8.contains(0) else { throw DecodeError(.invalidText, at: start) }
        return name
    }

    /// The next `count` bytes as text.
    public mutating func text(bytes count: Int) throws(DecodeError) -> String {
        guard count >= 0, count <= remaining else { throw failure(.truncated) }
        guard let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else {
            throw failure(.invalidText)
        }
        offset += count
        return text
    }

    public func finish() throws(DecodeError) {
        if remaining > 0 { throw failure(.trailingBytes(remaining)) }
    }
}
