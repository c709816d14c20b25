private import CZstd

/// One compressed piece, self-contained but for a dictionary it names.
///
///     byte    method: 0 stored · 1 zstd · 2 zstd with a trained dictionary     (3 is kept)
///     varint  the dictionary's id                      (method 2 only)
///     varint  length before compression                (methods 1 and 2)
///     bytes   to the end
///
/// It is stored raw when zstd would not make it smaller. Source of the format inside: RFC 8878.
/// With a dictionary the six bytes that begin the zstd frame are left out: they are always the
/// same to a decoder, and a small piece is half heads.
public enum Frame {
    private enum Method: UInt8 {
        case stored = 0
        case zstd = 1
        case trained = 2
    }

    /// What a decoder puts before the blocks of method 2: the magic number, a descriptor without
    /// content size, checksum and dictionary id, and a window of 16 MiB, wider than any piece and
    /// its dictionary. No window is allocated: the piece is decoded in one go.
    private static let trainedHead: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x70]

    /// - Parameters:
    ///   - level: 1…22; CPU is cheaper than a 64 kbit/s line, so callers use 19 there.
    ///   - dictionary: one that the receiver has told it knows.
    public static func compress(
        _ bytes: [UInt8], level: Int32 = 19, with dictionary: TrainedDictionary? = nil
    ) -> [UInt8] {
        var frame: [UInt8]
        if let dictionary {
            let squeezed = zstd(bytes, level: level, DigestedDictionary.encoder(dictionary, level))
            precondition(
                squeezed.starts(with: trainedHead.dropLast()), "zstd wrote another frame head")
            frame = [Method.trained.rawValue]
            appendVarint(UInt64(dictionary.id), to: &frame)
            appendVarint(UInt64(bytes.count), to: &frame)
            frame += squeezed.dropFirst(trainedHead.count)
        } else {
            frame = [Method.zstd.rawValue]
            appendVarint(UInt64(bytes.count), to: &frame)
            frame += zstd(bytes, level: level, nil)
        }
        guard frame.count < bytes.count + 1 else { return [Method.stored.rawValue] + bytes }
        return frame
    }

    /// - Parameters:
    ///   - limit: the greatest length that will be allocated, whatever the frame says.
    ///   - dictionaries: those this side knows.
    public static func decompress(
        _ frame: [UInt8], limit: Int, dictionaries: Dictionaries = .builtIn
    ) throws(FrameError) -> [UInt8] {
        guard let tag = frame.first else { throw .truncated }
        guard let method = Method(rawValue: tag) else { throw .unknownMethod(tag) }
        switch method {
        case .stored:
            guard frame.count - 1 <= limit else { throw .tooLarge(limit: limit) }
            return Array(frame.dropFirst())
        case .zstd:
            let (length, start) = try readVarint(frame, at: 1)
            guard length <= UInt64(limit) else { throw .tooLarge(limit: limit) }
            return try unzstd(frame[start...], length: Int(length), nil)
        case .trained:
            let (id, afterID) = try readVarint(frame, at: 1)
            let (length, start) = try readVarint(frame, at: afterID)
            guard length <= UInt64(limit) else { throw .tooLarge(limit: limit) }
            guard let known = UInt32(exactly: id).flatMap({ dictionaries[$0] }) else {
                throw .unknownDictionary(id)
            }
            return try unzstd(
                trainedHead + frame[start...], length: Int(length),
                DigestedDictionary.decoder(known))
        }
    }

    private static func zstd(
        _ bytes: [UInt8], level: Int32, _ dictionary: DigestedDictionary?
    ) -> [UInt8] {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("zstd: out of memory") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        // Our own head carries the length, and the record around it carries the check.
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0)
        if let dictionary {
            let result = ZSTD_CCtx_refCDict(context, dictionary.pointer)
            precondition(ZSTD_isError(result) == 0, "zstd refused a digested dictionary")
        }
        let capacity = ZSTD_compressBound(bytes.count)
        return withExtendedLifetime(dictionary) {
            [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                let size = ZSTD_compress2(
                    context, buffer.baseAddress, capacity, bytes, bytes.count)
                precondition(ZSTD_isError(size) == 0, "zstd refused a buffer of its own bound")
                count = size
            }
        }
    }

    private static func unzstd(
        _ blocks: ArraySlice<UInt8>, length: Int, _ dictionary: DigestedDictionary?
    ) throws(FrameError) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd: out of memory") }
        defer { ZSTD_freeDCtx(context) }
        var written = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            written = blocks.withUnsafeBytes { source in
                withExtendedLifetime(dictionary) {
                    ZSTD_decompress_usingDDict(
                        context, buffer.baseAddress, length, source.baseAddress, source.count,
                        dictionary?.pointer)
                }
            }
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        guard ZSTD_isError(written) == 0, written == length else { throw .damaged }
        return bytes
    }

    private static func unzstd(
        _ blocks: [UInt8], length: Int, _ dictionary: DigestedDictionary?
    ) throws(FrameError) -> [UInt8] {
        try unzstd(blocks[...], length: length, dictionary)
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
    /// The sender used a dictionary that is not here: it sends again without.
    case unknownDictionary(UInt64)
    case tooLarge(limit: Int)
    case damaged
}

extension FrameError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the compressed piece ends too early"
        case .unknownMethod(let method): "unknown compression method \(method)"
        case .unknownDictionary(let id):
            "the piece was made with dictionary \(id), which is not here: it is sent again without"
        case .tooLarge(let limit): "the piece would grow beyond \(limit) bytes"
        case .damaged: "the compressed piece is damaged"
        }
    }
}
