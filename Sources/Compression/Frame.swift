private import CZstd

/// One compressed piece, self-contained: how it was compressed, how long it was, the bytes.
///
///     byte    method: 0 stored · 1 zstd                (2 and 3 are kept for dictionaries)
///     varint  length before compression                (zstd only)
///     bytes   to the end
///
/// It is stored raw when zstd would not make it smaller. Source of the format inside: RFC 8878.
public enum Frame {
    private enum Method: UInt8 {
        case stored = 0
        case zstd = 1
    }

    /// - Parameter level: 1…22; CPU is cheaper than a 64 kbit/s line, so callers use 19 there.
    public static func compress(_ bytes: [UInt8], level: Int32 = 19) -> [UInt8] {
        let squeezed = zstd(bytes, level: level)
        var head = [Method.zstd.rawValue]
        appendVarint(UInt64(bytes.count), to: &head)
        guard head.count + squeezed.count < bytes.count + 1 else {
            return [Method.stored.rawValue] + bytes
        }
        return head + squeezed
    }

    /// - Parameter limit: the greatest length that will be allocated, whatever the frame says.
    public static func decompress(_ frame: [UInt8], limit: Int) throws(FrameError) -> [UInt8] {
        guard let tag = frame.first else { throw .truncated }
        guard let method = Method(rawValue: tag) else { throw .unknownMethod(tag) }
        switch method {
        case .stored:
            guard frame.count - 1 <= limit else { throw .tooLarge(limit: limit) }
            return Array(frame.dropFirst())
        case .zstd:
            let (length, start) = try readVarint(frame, at: 1)
            guard length <= UInt64(limit) else { throw .tooLarge(limit: limit) }
            return try unzstd(frame, from: start, length: Int(length))
        }
    }

    private static func zstd(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("zstd: out of memory") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        // Our own head carries the length, and the record around it carries the check.
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
        let capacity = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let size = ZSTD_compress2(
                context, buffer.baseAddress, capacity, bytes, bytes.count)
            precondition(ZSTD_isError(size) == 0, "zstd refused a buffer of its own bound")
            count = size
        }
    }

    private static func unzstd(
        _ frame: [UInt8], from start: Int, length: Int
    ) throws(FrameError) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd: out of memory") }
        defer { ZSTD_freeDCtx(context) }
        var written = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            written = frame.withUnsafeBytes { source in
                ZSTD_decompressDCtx(
                    context, buffer.baseAddress, length, source.baseAddress! + start,
                    frame.count - start)
            }
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        guard ZSTD_isError(written) == 0, written == length else { throw .damaged }
        return bytes
    }

    private static func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func readVarint(
        _ bytes: [UInt8], at start: Int
    ) throws(FrameError) -> (UInt64, next: Int) {
        var value: UInt64 = 0
        for index in 0..<5 {
            guard start + index < bytes.count else { throw .truncated }
            let byte = bytes[start + index]
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte & 0x80 == 0 { return (value, start + index + 1) }
        }
        throw .damaged
    }
}

/// Why a frame was refused.
public enum FrameError: Error, Hashable, Sendable {
    case truncated
    case unknownMethod(UInt8)
    case tooLarge(limit: Int)
    case damaged
}

extension FrameError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the compressed piece ends too early"
        case .unknownMethod(let method): "unknown compression method \(method)"
        case .tooLarge(let limit): "the piece would grow beyond \(limit) bytes"
        case .damaged: "the compressed piece is damaged"
        }
    }
}
