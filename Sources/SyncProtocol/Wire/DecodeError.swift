/// Why bytes were refused, and where. Decoders are total: any bytes give a value or this.
public struct DecodeError: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The bytes end in the middle of a value.
        case truncated
        /// A varint longer than ten bytes, or not in its shortest form.
        case malformedNumber
        case invalidText
        /// A number beyond its bound in ``SyncLimits``.
        case tooLarge(what: String)
        /// A format or message version that this build does not know.
        case unknownVersion(UInt64)
        /// An index or tag that names nothing.
        case unknownTag(what: String, UInt64)
        /// Well-formed bytes that are not in canonical order or shape.
        case notCanonical(what: String)
        case trailingBytes(Int)
    }

    public let reason: Reason
    /// Bytes from the start of the input.
    public let offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension DecodeError: CustomStringConvertible {
    public var description: String {
        let what =
            switch reason {
            case .truncated: "the bytes end too early"
            case .malformedNumber: "malformed number"
            case .invalidText: "text is not valid UTF-8"
            case .tooLarge(let what): "\(what) is beyond its limit"
            case .unknownVersion(let version): "unknown format version \(version)"
            case .unknownTag(let what, let tag): "unknown \(what) \(tag)"
            case .notCanonical(let what): "\(what) is not in canonical form"
            case .trailingBytes(let count): "\(count) bytes too many"
            }
        return "\(what) (at byte \(offset))"
    }
}
