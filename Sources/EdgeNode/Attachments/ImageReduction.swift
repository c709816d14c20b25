import CGD
import Foundation

/// What the administrator of this PC allows a photo or scan to take.
public struct AttachmentLimits: Sendable {
    /// A picture is reduced to at most so many bytes (DOMAIN: a photo of a damaged house ≤ 100 kB).
    public var pictureBytesMax = 100_000
    /// Points of its longer side.
    public var pictureSideMax = 1_600
    /// A PDF cannot be reduced here; larger ones are refused.
    public var pdfBytesMax = 2_000_000

    public init() {}
}

/// A file as it will be kept.
public struct ReducedFile: Sendable {
    public let bytes: [UInt8]
    public let mediaType: String
    /// What it was and is, for people: `4000×3000 → 1600×1200`; nil for a PDF.
    public let points: String?
}

/// Why a file is not attached, in one sentence that says what to do.
public enum AttachFault: Error, Hashable, Sendable {
    case unreadable(path: String)
    case fileTooLarge(bytes: Int, limit: Int)
    case unknownFormat
    case damagedPicture
    case tooManyPoints(width: Int, height: Int)
    case pdfTooLarge(bytes: Int, limit: Int)
}

extension AttachFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let path): "\(path) cannot be read: check the name; nothing was attached"
        case .fileTooLarge(let bytes, let limit):
            "the file has \(bytes) bytes, more than the \(limit) that are looked at: take the photo "
                + "with fewer megapixels; nothing was attached"
        case .unknownFormat:
            "the file is neither a JPEG nor a PNG picture nor a PDF: save it as one of these; "
                + "nothing was attached"
        case .damagedPicture:
            "the picture is damaged and cannot be opened: take or scan it again; nothing was "
                + "attached"
        case .tooManyPoints(let width, let height):
            "the picture has \(width) × \(height) points, too many for this PC: scan it with a "
                + "lower resolution; nothing was attached"
        case .pdfTooLarge(let bytes, let limit):
            "the PDF has \(bytes) bytes, at most \(limit) are kept: scan it with a lower "
                + "resolution or as a picture; nothing was attached"
        }
    }
}

/// Makes a photo or scan small where it was taken.
///
/// Function: decode, turn upright, scale, encode as JPEG; harder and smaller until it fits. What a
/// camera noted beside the picture (place, owner, a preview) does not survive the new encoding.
/// The same file gives the same bytes, so that attached twice it is kept once.
public enum ImageReduction {
    /// What is read of one file: the largest photos of telephones are about 15 MB.
    public static let fileBytesMax = 24 << 20
    /// 4 bytes each in memory while the picture is open.
    private static let pointsMax = 64_000_000
    /// Below this nothing can be read on a picture, so the limit in bytes gives way.
    private static let sideMin = 240

    /// - Throws: ``AttachFault``.
    public static func reduce(
        _ bytes: [UInt8], to limits: AttachmentLimits
    ) throws -> ReducedFile {
        guard bytes.count <= fileBytesMax else {
            throw AttachFault.fileTooLarge(bytes: bytes.count, limit: fileBytesMax)
        }
        guard let head = ImageHead(bytes) else { throw AttachFault.unknownFormat }
        if head.format == .pdf {
            guard bytes.count <= limits.pdfBytesMax else {
                throw AttachFault.pdfTooLarge(bytes: bytes.count, limit: limits.pdfBytesMax)
            }
            return ReducedFile(bytes: bytes, mediaType: "application/pdf", points: nil)
        }
        guard head.width * head.height <= pointsMax else {
            throw AttachFault.tooManyPoints(width: head.width, height: head.height)
        }
        guard let original = Picture(bytes, head.format) else { throw AttachFault.damagedPicture }
        var side = min(limits.pictureSideMax, max(original.width, original.height))
        while true {
            guard let small = original.scaled(toSide: side)?.upright(head.orientation) else {
                throw AttachFault.damagedPicture
            }
            for quality: Int32 in [82, 70, 58, 45] {
                let encoded = small.jpeg(quality: quality)
                let isSmallest = side <= sideMin && quality == 45
                if !encoded.isEmpty, encoded.count <= limits.pictureBytesMax || isSmallest {
                    return ReducedFile(
                        bytes: encoded, mediaType: "image/jpeg",
                        points: "\(head.width)×\(head.height) → \(small.width)×\(small.height)")
                }
            }
            guard side > sideMin else { throw AttachFault.damagedPicture }
            side = max(sideMin, side * 4 / 5)
        }
    }
}

/// A decoded picture of libgd, freed with its last use.
private final class Picture {
    private let image: gdImagePtr

    private init(_ image: gdImagePtr) { self.image = image }

    deinit { gdImageDestroy(image) }

    var width: Int { Int(image.pointee.sx) }
    var height: Int { Int(image.pointee.sy) }

    /// - Returns: nil when the bytes cannot be decoded.
    convenience init?(_ bytes: [UInt8], _ format: ImageHead.Format) {
        // libgd takes a pointer to bytes that it does not write.
        var copy = bytes
        let image = copy.withUnsafeMutableBytes { buffer in
            format == .jpeg
                ? gdImageCreateFromJpegPtr(Int32(buffer.count), buffer.baseAddress)
                : gdImageCreateFromPngPtr(Int32(buffer.count), buffer.baseAddress)
        }
        guard let image else { return nil }
        self.init(image)
    }

    /// On white, for what was transparent; the longer side has `side` points.
    func scaled(toSide side: Int) -> Picture? {
        let longer = max(width, height)
        let newWidth = max(1, width * side / longer)
        let newHeight = max(1, height * side / longer)
        guard let small = gdImageCreateTrueColor(Int32(newWidth), Int32(newHeight)) else {
            return nil
        }
        gdImageFilledRectangle(small, 0, 0, Int32(newWidth), Int32(newHeight), 0xff_ffff)
        gdImageCopyResampled(
            small, image, 0, 0, 0, 0, Int32(newWidth), Int32(newHeight), Int32(width),
            Int32(height))
        return Picture(small)
    }

    /// Undoes the turn that EXIF notes. libgd turns against the clock.
    func upright(_ orientation: Int) -> Picture? {
        switch orientation {
        case 2, 5, 7: gdImageFlipHorizontal(image)
        case 3: gdImageFlipBoth(image)
        case 4: gdImageFlipVertical(image)
        default: break
        }
        let angle: Float
        switch orientation {
        case 5, 8: angle = 90
        case 6, 7: angle = 270
        default: return self
        }
        return gdImageRotateInterpolated(image, angle, 0).map(Picture.init)
    }

    func jpeg(quality: Int32) -> [UInt8] {
        var size: Int32 = 0
        guard let bytes = gdImageJpegPtr(image, &size, quality) else { return [] }
        defer { gdFree(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }
}
