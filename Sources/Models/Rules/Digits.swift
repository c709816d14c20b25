/// ASCII digits, and only those: an Arabic or full-width digit is not part of an official number.
enum Digits {
    /// nil if a byte is no ASCII digit, or there are none, or more than 18.
    static func value(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// The bytes of a text that is exactly `count` ASCII digits. Reads no further than needed.
    static func exactly(_ count: Int, _ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8.prefix(count + 1))
        guard bytes.count == count,
            bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return bytes
    }

    /// With leading zeros up to `width`; a longer number is not cut.
    static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value.magnitude)
        let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
        return (value < 0 ? "-" : "") + zeros + digits
    }

    /// Groups of three as Indonesians write them: `1.250.000`.
    static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "." }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }
}
