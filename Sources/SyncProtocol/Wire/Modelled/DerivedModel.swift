// Values that are functions of other cells of their row. Recomputed by the reader; the writer checked that
// the function gives just this value, else it goes as any text.

private import Crypto

extension SegmentModel {
    // MARK: - Digests

    /// Which earlier text of the row this is the SHA-256 of, in lower-case hex.
    static func digested(_ text: String, _ cells: [Cell]) -> Int? {
        guard text.utf8.count == 64, text.utf8.allSatisfy(isHexDigit) else { return nil }
        return cells.firstIndex { $0.value.text.map { hex($0) == text } ?? false }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func hex(_ text: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in SHA256.hash(data: Array(text.utf8)) {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    mutating func digest(
        _ known: String?, _ id: UInt32, _ cells: [Cell]
    ) throws(DecodeError) -> Value {
        let index = symbols.number(
            known.flatMap { Self.digested($0, cells) }.map { UInt64($0) }, .number,
            [context(110, id)])
        guard index < UInt64(cells.count), let text = cells[Int(index)].value.text else {
            throw symbols.failure(.unknownTag(what: "digest", index))
        }
        return .text(Self.hex(text))
    }

    // MARK: - Seals

    private enum PartSource { static let literal = 0, scope = 1, beginning = 2, cell = 3 }

    mutating func seal(
        _ known: String?, _ id: UInt32, _ cells: [Cell]
    ) throws(DecodeError) -> String {
        let seal = known.flatMap { Seal($0) }
        let address = try sealText(seal?.address, id &+ 0x1_0000)
        let count = symbols.number(
            seal.map { UInt64($0.parts.count) }, .number, [context(111, id)])
        guard count <= 256 else { throw symbols.failure(.tooLarge(what: "parts")) }
        var parts: [String] = []
        for index in 0..<Int(count) {
            let place = UInt32(index)
            let part = seal?.parts[index]
            let from = part.map { source(of: $0, cells) }
            let way = symbols.symbol(from?.way, bits: 2, .number, [context(112, id, place)])
            switch way {
            case PartSource.literal:
                parts.append(try sealText(part, id &+ 0x2_0000 &+ place))
            case PartSource.scope: parts.append(scope.code)
            default:
                let at = symbols.number(
                    from.map { UInt64($0.cell) }, .number, [context(113, id, place)])
                guard at < UInt64(cells.count), let text = cells[Int(at)].value.text else {
                    throw symbols.failure(.unknownTag(what: "part", at))
                }
                parts.append(way == PartSource.cell ? text : Seal.beginning(of: text))
            }
            try symbols.spend(parts[index].utf8.count)
        }
        let signature = try symbols.raw(seal?.signature, count: Seal.signatureBytes)
        return Seal(address: address, parts: parts, signature: signature).text
    }

    private func source(of part: String, _ cells: [Cell]) -> (way: Int, cell: Int) {
        if part == scope.code { return (PartSource.scope, 0) }
        guard part.utf8.count > 1 else { return (PartSource.literal, 0) }
        for (index, cell) in cells.enumerated() {
            guard let text = cell.value.text else { continue }
            if text == part { return (PartSource.cell, index) }
            if part.utf8.count == Seal.beginningBytes, Seal.beginning(of: text) == part {
                return (PartSource.beginning, index)
            }
        }
        return (PartSource.literal, 0)
    }

    private mutating func sealText(
        _ known: String?, _ column: UInt32
    ) throws(DecodeError) -> String {
        let bytes = try symbols.text(
            known.map { Array($0.utf8) }, column: column, like: column,
            limit: SyncLimits.changesetBytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw symbols.failure(.invalidText)
        }
        return text
    }

    // MARK: - Identity numbers

    /// `PPKKCC DDMMYY NNNN`: the middle is a day of the row, with 40 more for women.
    mutating func identity(
        _ known: String?, _ key: ColumnKey, _ cells: [Cell]
    ) throws(DecodeError) -> Value {
        let id = key.number
        let digits = known.flatMap { IdentityDigits($0) }
        var contexts = [context(120, id)]
        for cell in cells.prefix(7) {
            contexts.append(context(121, id, cell.column.rawValue, cell.value.fingerprint))
        }
        let found = digits.flatMap { $0.source(cells) }
        let way = symbols.symbol(
            digits.map { _ in found.map { $0.isFemale ? 2 : 1 } ?? 0 }, bits: 2, .kind, contexts)
        let area = symbols.symbol(digits?.area, bits: 20, .choice, [context(122, id)])
        let middle: Int
        var days: [UInt32] = []
        if way == 0 {
            middle = symbols.symbol(digits?.middle, bits: 20, .number, [context(123, id)])
        } else {
            let at = symbols.number(found.map { UInt64($0.cell) }, .number, [context(124, id)])
            guard at < UInt64(cells.count), way < 3,
                let text = cells[Int(at)].value.text,
                let made = IdentityDigits.middle(of: text, isFemale: way == 2)
            else { throw symbols.failure(.unknownTag(what: "identity", at)) }
            middle = made
            days = [
                context(125, id, UInt32(middle / 100 % 4_000)), context(126, id, UInt32(middle)),
            ]
        }
        let serial = symbols.number(
            digits.map { UInt64($0.serial) }, .number, [context(127, id)] + days)
        guard let number = IdentityDigits(area: area, middle: middle, serial: Int(clamping: serial))
        else { throw symbols.failure(.tooLarge(what: "identity")) }
        return .text(number.text)
    }
}

/// Sixteen digits in three parts.
struct IdentityDigits: Equatable {
    let area: Int
    let middle: Int
    let serial: Int

    /// - Returns: nil unless it is just sixteen digits.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16,
            bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        (area, middle, serial) = (number(0..<6), number(6..<12), number(12..<16))
    }

    init?(area: Int, middle: Int, serial: Int) {
        guard (0..<1_000_000).contains(area), (0..<1_000_000).contains(middle),
            (0..<10_000).contains(serial)
        else { return nil }
        (self.area, self.middle, self.serial) = (area, middle, serial)
    }

    var text: String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        return padded(area, 6) + padded(middle, 6) + padded(serial, 4)
    }

    /// DDMMYY of an ISO day.
    static func middle(of day: String, isFemale: Bool) -> Int? {
        guard ISODay.days(day) != nil else { return nil }
        let digits = day.utf8.map { Int($0) - 48 }
        let (day, month) = (digits[8] * 10 + digits[9], digits[5] * 10 + digits[6])
        return (day + (isFemale ? 40 : 0)) * 10_000 + month * 100 + digits[2] * 10 + digits[3]
    }

    /// The first day among the cells that gives the middle.
    func source(_ cells: [Cell]) -> (cell: Int, isFemale: Bool)? {
        for (index, cell) in cells.enumerated() {
            guard let text = cell.value.text else { continue }
            for isFemale in [false, true]
            where Self.middle(of: text, isFemale: isFemale) == middle {
                return (index, isFemale)
            }
        }
        return nil
    }
}

/// An address, `#`, and in base64url a line of parts and a signature.
struct Seal: Equatable {
    static let signatureBytes = 64
    static let beginningBytes = 16

    let address: String
    let parts: [String]
    let signature: [UInt8]

    init(address: String, parts: [String], signature: [UInt8]) {
        self.address = address
        self.parts = parts
        self.signature = signature
    }

    /// - Returns: nil unless ``text`` gives this again.
    init?(_ text: String) {
        guard text.utf8.count > 90, let hash = text.utf8.lastIndex(of: UInt8(ascii: "#")),
            let bytes = Base64URL.decode(text.utf8[text.utf8.index(after: hash)...]),
            bytes.count >= Self.signatureBytes,
            let line = String(
                validating: bytes.dropLast(Self.signatureBytes), as: UTF8.self)
        else { return nil }
        address = String(text[..<hash])
        parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        signature = Array(bytes.suffix(Self.signatureBytes))
        guard parts.count <= 256, self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }

    var text: String {
        address + "#" + Base64URL.encode(Array(parts.joined(separator: "|").utf8) + signature)
    }

    static func beginning(of text: String) -> String {
        String(decoding: text.utf8.prefix(beginningBytes), as: UTF8.self)
    }
}

/// RFC 4648 §5, without padding.
private enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            var word: UInt32 = 0
            for byte in piece { word = word << 8 | UInt32(byte) }
            word <<= UInt32(8 * (3 - piece.count))
            for place in 0...piece.count {
                out.append(alphabet[Int(word >> UInt32(18 - 6 * place) & 63)])
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let values: [UInt8: UInt32] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt32($0)) })

    /// - Returns: nil for other letters or a length that none has.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        var (word, bits): (UInt32, UInt32) = (0, 0)
        for letter in text {
            guard let value = values[letter] else { return nil }
            word = word << 6 | value
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            out.append(UInt8(truncatingIfNeeded: word >> bits))
        }
        return out
    }
}
