// Texts, letter by letter: after the last one to six bytes, the word so far, the place in the column's last
// text, and the longest piece that stood somewhere before. A text ends with byte 0; 0 and 1 within it go as two
// bytes, so that any bytes come through.

/// All texts so far, and where to look in them.
struct TextMemory: Sendable {
    private static let tableBits: UInt32 = 16
    /// Bytes that have to agree before a place is looked at.
    private static let matchBytes = 5

    private(set) var bytes: [UInt8] = []
    private var places = [Int32](repeating: -1, count: 1 << Int(tableBits))
    /// Where the last text of a kind begins.
    private var starts: [UInt32: Int] = [:]
    private(set) var match = -1
    private(set) var length = 0

    /// Begins a text; the last one of its kind may be much the same.
    mutating func begin(_ kind: UInt32) {
        match = starts[kind] ?? -1
        length = match >= 0 ? 8 : 0
        starts[kind] = bytes.count
    }

    /// What the longest match says comes next.
    var expected: UInt8? { match >= 0 && match < bytes.count ? bytes[match] : nil }

    mutating func append(_ byte: UInt8) {
        if match >= 0, match < bytes.count, bytes[match] == byte {
            match += 1
            length += 1
        } else {
            match = -1
            length = 0
        }
        bytes.append(byte)
        guard bytes.count >= Self.matchBytes else { return }
        var hash: UInt32 = 0
        for byte in bytes[(bytes.count - Self.matchBytes)...] {
            hash = (hash ^ UInt32(byte)) &* 0x9E37_79B1
            hash ^= hash >> 13
        }
        let place = Int(hash >> (32 - Self.tableBits))
        if match < 0, places[place] >= 0 {
            match = Int(places[place])
            while length < 32, match - length > 0, bytes.count - length > 1,
                bytes[match - 1 - length] == bytes[bytes.count - 1 - length]
            { length += 1 }
            if length < Self.matchBytes {
                match = -1
                length = 0
            }
        }
        places[place] = Int32(truncatingIfNeeded: bytes.count)
    }
}

extension SymbolCoder {
    /// - Parameters:
    ///   - column: whose text it is.
    ///   - like: texts that begin with the same number are likely to be like each other.
    mutating func text(
        _ known: [UInt8]?, column: UInt32, like: UInt32, limit: Int
    ) throws(DecodeError) -> [UInt8] {
        texts.begin(like)
        var reader = TextReader(column: column)
        var out: [UInt8] = []
        var index = 0
        while true {
            let next = known.map { index < $0.count ? $0[index] : nil }
            if let next, let byte = next, byte < 2 {
                _ = byteOfText(1, &reader)
                _ = byteOfText(byte + 2, &reader)
                out.append(byte)
            } else {
                let coded = byteOfText(next.map { $0 ?? 0 }, &reader)
                if coded == 0 { return out }
                if coded == 1 {
                    let plain = byteOfText(nil, &reader)
                    guard plain == 2 || plain == 3 else {
                        throw failure(.notCanonical(what: "text"))
                    }
                    out.append(plain - 2)
                } else {
                    out.append(coded)
                }
            }
            index += 1
            try spend(1)
            guard out.count <= limit else { throw failure(.tooLarge(what: "text")) }
        }
    }

    private mutating func byteOfText(_ known: UInt8?, _ reader: inout TextReader) -> UInt8 {
        model.use(reader.contexts())
        let expected = texts.expected.map { Int($0) | 256 }
        let sureness = UInt32(min(texts.length, 24))
        var node = 1
        for place in (0..<8).reversed() {
            let next = known.map { Int($0) >> place & 1 } ?? 0
            var hint: (bit: Int, sureness: UInt32)?
            if let expected, expected >> (place + 1) == node {
                hint = (expected >> place & 1, sureness)
            }
            node = node << 1 | bit(next, node: UInt32(node), .text, expected: hint)
        }
        let byte = UInt8(node & 255)
        texts.append(byte)
        reader.append(byte)
        return byte
    }
}

/// What is known while a text is read from its beginning.
private struct TextReader {
    let column: UInt32
    private var last: UInt64 = 0
    private var word: UInt32 = 0
    private var wordBefore: UInt32 = 0
    private var place: UInt32 = 0

    init(column: UInt32) { self.column = column }

    func contexts() -> [UInt32] {
        let low = UInt32(truncatingIfNeeded: last)
        let high = UInt32(truncatingIfNeeded: last >> 32)
        return [
            context(1, column, low & 0xff),
            context(2, low & 0xffff),
            context(3, low & 0xff_ffff),
            context(4, low),
            context(5, low, high & 0xff),
            context(6, low, high & 0xffff),
            context(7, word, low & 0xff),
            context(8, word, wordBefore),
            context(9, column, min(place, 255)),
            context(10, column, low & 0xffff),
        ]
    }

    mutating func append(_ byte: UInt8) {
        last = last << 8 | UInt64(byte)
        place += 1
        let isLetter = byte >= 0x80 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a
        if isLetter {
            word = context(word, UInt32(byte | 0x20))
        } else if word != 0 {
            wordBefore = word
            word = 0
        }
    }
}
