// The values of one column of one table, in operation order. First a byte, the encoding:
//
//   0  mixed     per value: byte tag and content, as in a canonical changeset
//   1  text      n × varint length, then all bytes
//   2  chosen    varint k; k × text; n × varint index      (few different texts)
//   3  digits    n × varint length, then all digits, two to a byte, high nibble first
//   4  integers  n × zigzag of the difference to the value before
//   5  integers  n × zigzag
//   6  days      n × zigzag of the difference in days since 1970-01-01   (texts YYYY-MM-DD)
//
// The encoder picks by the values alone; a decoder needs no schema, so that a column
// of a newer version passes through an old node unharmed.

enum ValueStream {
    private enum Encoding: UInt8 {
        case mixed = 0
        case text = 1
        case chosen = 2
        case digits = 3
        case integerSteps = 4
        case integers = 5
        case days = 6
    }

    static func encode(_ values: [Value], to out: inout ByteWriter) {
        let integers = values.compactMap(\.integer)
        if integers.count == values.count { return encodeIntegers(integers, to: &out) }
        let texts = values.compactMap(\.text)
        if texts.count == values.count { return encodeTexts(texts, to: &out) }
        out.byte(Encoding.mixed.rawValue)
        for value in values { value.encode(to: &out) }
    }

    private static func encodeIntegers(_ values: [Int64], to out: inout ByteWriter) {
        var plain = ByteWriter()
        var steps = ByteWriter()
        var last: Int64 = 0
        for value in values {
            plain.zigzag(value)
            steps.zigzag(value &- last)
            last = value
        }
        let useSteps = steps.bytes.count < plain.bytes.count
        out.byte((useSteps ? Encoding.integerSteps : .integers).rawValue)
        out.raw(useSteps ? steps.bytes : plain.bytes)
    }

    private static func encodeTexts(_ values: [String], to out: inout ByteWriter) {
        let days = values.compactMap(ISODay.days)
        if days.count == values.count {
            out.byte(Encoding.days.rawValue)
            var last: Int64 = 0
            for day in days {
                out.zigzag(day &- last)
                last = day
            }
        } else if values.allSatisfy({ $0.utf8.allSatisfy(isDigit) && !$0.isEmpty }) {
            out.byte(Encoding.digits.rawValue)
            for value in values { out.varint(value.utf8.count) }
            encodeDigits(values.flatMap { $0.utf8 }, to: &out)
        } else if Set(values.map { Value.text($0) }).count * 2 <= values.count {
            encodeChosen(values, to: &out)
        } else {
            out.byte(Encoding.text.rawValue)
            for value in values { out.varint(value.utf8.count) }
            for value in values { out.raw(value.utf8) }
        }
    }

    private static func encodeChosen(_ values: [String], to out: inout ByteWriter) {
        var choices = Interned<Value>()
        let indexes = values.map { choices.index(of: .text($0)) }
        out.byte(Encoding.chosen.rawValue)
        out.list(choices.elements) { $0.text($1.text ?? "") }
        for index in indexes { out.varint(index) }
    }

    private static func encodeDigits(_ digits: [UInt8], to out: inout ByteWriter) {
        for start in stride(from: 0, to: digits.count, by: 2) {
            let high = digits[start] - UInt8(ascii: "0")
            let low = start + 1 < digits.count ? digits[start + 1] - UInt8(ascii: "0") : 0
            out.byte(high << 4 | low)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    // MARK: - Decoding

    /// - Parameter budget: bytes that texts named more than once may still grow to.
    static func decode(
        count: Int, from input: inout ByteReader, budget: inout Int
    ) throws(DecodeError) -> [Value] {
        let tag = try input.byte()
        guard let encoding = Encoding(rawValue: tag) else {
            throw input.failure(.unknownTag(what: "value stream", UInt64(tag)))
        }
        // Every encoding spends at least one byte a value.
        guard count <= input.remaining else { throw input.failure(.truncated) }
        var values: [Value] = []
        values.reserveCapacity(count)
        switch encoding {
        case .mixed:
            for _ in 0..<count { values.append(try Value(reading: &input)) }
        case .integers:
            for _ in 0..<count { values.append(.integer(try input.zigzag())) }
        case .integerSteps:
            var last: Int64 = 0
            for _ in 0..<count {
                last = last &+ (try input.zigzag())
                values.append(.integer(last))
            }
        case .days:
            var last: Int64 = 0
            for _ in 0..<count {
                last = last &+ (try input.zigzag())
                guard let text = ISODay.text(days: last) else {
                    throw input.failure(.tooLarge(what: "day"))
                }
                values.append(.text(text))
            }
        case .text:
            for length in try lengths(count, from: &input) {
                values.append(.text(try input.text(bytes: length)))
            }
        case .chosen:
            values = try decodeChosen(count, from: &input, budget: &budget)
        case .digits:
            values = try decodeDigits(count, from: &input)
        }
        return values
    }

    private static func lengths(
        _ count: Int, from input: inout ByteReader
    ) throws(DecodeError) -> [Int] {
        var lengths: [Int] = []
        lengths.reserveCapacity(count)
        for _ in 0..<count {
            let length = try input.varint()
            guard length <= UInt64(SyncLimits.segmentBytesMax) else {
                throw input.failure(.tooLarge(what: "text"))
            }
            lengths.append(Int(length))
        }
        return lengths
    }

    private static func decodeChosen(
        _ count: Int, from input: inout ByteReader, budget: inout Int
    ) throws(DecodeError) -> [Value] {
        let size = try input.count(of: "choices", limit: SyncLimits.segmentBytesMax)
        var choices: [Value] = []
        for _ in 0..<size {
            choices.append(.text(try input.text("text", limit: SyncLimits.changesetBytesMax)))
        }
        var values: [Value] = []
        for _ in 0..<count {
            let index = try input.varint()
            guard index < UInt64(choices.count) else {
                throw input.failure(.unknownTag(what: "choice", index))
            }
            budget -= choices[Int(index)].text?.utf8.count ?? 0
            guard budget >= 0 else { throw input.failure(.tooLarge(what: "repeated text")) }
            values.append(choices[Int(index)])
        }
        return values
    }

    private static func decodeDigits(
        _ count: Int, from input: inout ByteReader
    ) throws(DecodeError) -> [Value] {
        let lengths = try lengths(count, from: &input)
        let total = lengths.reduce(0, +)
        let packed = try input.raw((total + 1) / 2)
        var digits: [UInt8] = []
        digits.reserveCapacity(total + 1)
        for byte in packed {
            guard byte >> 4 <= 9, byte & 15 <= 9 else {
                throw input.failure(.notCanonical(what: "digits"))
            }
            digits.append(UInt8(ascii: "0") + byte >> 4)
            digits.append(UInt8(ascii: "0") + byte & 15)
        }
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return .text(String(decoding: digits[start..<start + length], as: UTF8.self))
        }
    }
}
