import CGD
import Testing

@testable import EdgeNode

@Suite("Photos are made small where they are taken")
struct ImageReductionTests {
    /// A picture of the size, red in its upper left quarter, as PNG.
    private func picture(_ width: Int32, _ height: Int32, grain: Bool = false) -> [UInt8] {
        let image = gdImageCreateTrueColor(width, height)!
        defer { gdImageDestroy(image) }
        gdImageFilledRectangle(image, 0, 0, width, height, 0xff_ffff)
        gdImageFilledRectangle(image, 0, 0, width / 2 - 1, height / 2 - 1, 0xd0_0000)
        var state: UInt64 = 5
        if grain {
            for y in 0..<height {
                for x in 0..<width {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    gdImageSetPixel(image, x, y, Int32(state >> 40))
                }
            }
        }
        var size: Int32 = 0
        let bytes = gdImagePngPtr(image, &size)!
        defer { gdFree(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(size)))
    }

    private func reduced(_ bytes: [UInt8], side: Int = 1_600) throws -> [UInt8] {
        var limits = AttachmentLimits()
        limits.pictureSideMax = side
        return try ImageReduction.reduce(bytes, to: limits).bytes
    }

    /// The corners in which a JPEG is red: `ul`, `ur`, `ll`, `lr`.
    private func redCorner(_ bytes: [UInt8]) throws -> String {
        var copy = bytes
        let image = try #require(
            copy.withUnsafeMutableBytes {
                gdImageCreateFromJpegPtr(Int32($0.count), $0.baseAddress)
            })
        defer { gdImageDestroy(image) }
        let (right, low) = (image.pointee.sx - 5, image.pointee.sy - 5)
        let corners: [(String, Int32, Int32)] = [
            ("ul", 4, 4), ("ur", right, 4), ("ll", 4, low), ("lr", right, low),
        ]
        return corners.filter { gdImageGetPixel(image, $0.1, $0.2) & 0xff < 80 }.map(\.0)
            .joined(separator: " ")
    }

    /// A JPEG with what a camera writes beside it: the turn and a place.
    private func photo(_ jpeg: [UInt8], orientation: UInt8) -> [UInt8] {
        let place = Array("GPS 8.7S 116.3E".utf8)
        let exif =
            Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1]
            + [0, orientation, 0, 0, 0, 0, 0, 0] + place
        let length = exif.count + 2
        return [0xff, 0xd8, 0xff, 0xe1, UInt8(length >> 8), UInt8(length & 255)] + exif
            + jpeg.dropFirst(2)
    }

    @Test("A large picture fits its limits, and a small one stays as large as it is")
    func fits() throws {
        let grain = try reduced(picture(2_400, 1_500, grain: true))
        #expect(grain.count <= 100_000)
        let head = try #require(ImageHead(grain))
        #expect(head.format == .jpeg && head.width < 1_600)
        #expect(abs(Double(head.width) / Double(head.height) - 1.6) < 0.02)
        let small = try #require(ImageHead(try reduced(picture(60, 40))))
        #expect(small.width == 60 && small.height == 40)
        let narrow = try #require(ImageHead(try reduced(picture(60, 40), side: 30)))
        #expect(narrow.width == 30 && narrow.height == 20)
    }

    @Test("The same file gives the same bytes")
    func isStable() throws {
        let file = picture(300, 200, grain: true)
        #expect(try reduced(file) == reduced(file))
    }

    @Test(
        "A turned photo is set upright, and what the camera noted is gone",
        arguments: [
            (1, "ul"), (2, "ur"), (3, "lr"), (4, "ll"), (5, "ul"), (6, "ur"), (7, "lr"), (8, "ll"),
        ])
    func upright(orientation: UInt8, corner: String) throws {
        let file = photo(try reduced(picture(60, 40)), orientation: orientation)
        #expect(file.contains(Array("GPS".utf8)))
        #expect(ImageHead(file)?.orientation == Int(orientation))
        let result = try reduced(file)
        let head = try #require(ImageHead(result))
        #expect((head.width, head.height) == (orientation < 5 ? (60, 40) : (40, 60)))
        #expect(try redCorner(result) == corner)
        #expect(head.orientation == 1 && !result.contains(Array("GPS".utf8)))
    }

    @Test("Any head gives a picture or none")
    func total() {
        var state: UInt64 = 9
        for lead: [UInt8] in [
            [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
        ] {
            for length in 0..<400 {
                let rest = (0..<length).map { _ -> UInt8 in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return state >> 60 < 4 ? 0xff : UInt8(truncatingIfNeeded: state >> 40) & 0x1f
                }
                _ = ImageHead(lead + rest)
            }
        }
        let whole = photo((try? reduced(picture(60, 40))) ?? [], orientation: 6)
        for length in 0..<whole.count { _ = ImageHead(Array(whole.prefix(length))) }
    }
}
