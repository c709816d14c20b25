import Testing

@testable import SyncProtocol

@Suite("Attachments on the wire")
struct AttachmentWire {
    private static let content = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }

    private var manifest: AttachmentManifest {
        get throws {
            try #require(AttachmentManifest(mediaType: "image/jpeg", content: Self.content))
        }
    }

    @Test("Golden vector: the manifest of 20,000 bytes, and its name")
    func goldenManifest() throws {
        let manifest = try manifest
        #expect(
            manifest.encoded().hex == """
                010a696d6167652f6a706567a09c01\
                5252abae92836caa122f8d6c078aa2487dc32b17e1b204a7cc022809faebc192\
                888411ed2f548aae1081c2d3285be11be2dd6ee726305b6fe971be2b0669ced0
                """)
        #expect(
            manifest.hash.description
                == "6486704eef06a097f421deb51a51f0e7c26e25e60be41efc5e2db1d308a9c0c9")
        #expect(try AttachmentManifest(decoding: manifest.encoded()) == manifest)
    }

    @Test("Golden vectors: a chunk record, and what a hello says of attachments")
    func goldenMessages() throws {
        let one = ContentHash(of: [1])
        let two = ContentHash(of: [2])
        let chunk = AttachmentRecord.chunk(of: one, position: 300, bytes: [7, 8, 9])
        #expect(chunk.encoded().hex == "01\(one)ac02070809")
        #expect(try AttachmentRecord(decoding: chunk.encoded()) == chunk)
        var notes = AttachmentNotes()
        notes.offers = [one]
        notes.wants = [.init(two, present: [5]), .init(one)]
        notes.held = [two]
        notes.unavailable = [.init(one, .notAllowed)]
        // 4bf5… sorts before dbc1….
        #expect(
            notes.encoded().hex
                == "01\(one)" + "02\(one)00\(two)0105" + "01\(two)" + "01\(one)02")
        var sorted = notes
        sorted.wants.sort { $0.attachment < $1.attachment }
        #expect(try AttachmentNotes(decoding: notes.encoded()) == sorted)
    }

    @Test("Every strict prefix is refused, and random bytes never trap")
    func total() throws {
        var notes = AttachmentNotes()
        notes.wants = [.init(ContentHash(of: [2]), present: [5])]
        notes.unavailable = [.init(ContentHash(of: [1]), .later)]
        for whole in [try manifest.encoded(), notes.encoded()] {
            for length in 0..<whole.count {
                let prefix = Array(whole.prefix(length))
                #expect(throws: DecodeError.self) {
                    _ = try AttachmentManifest(decoding: prefix)
                }
                #expect(throws: DecodeError.self) { _ = try AttachmentNotes(decoding: prefix) }
            }
        }
        var state: UInt64 = 417
        for _ in 0..<2_000 {
            let bytes = (0..<80).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 40) & 0x3f
            }
            _ = try? AttachmentManifest(decoding: bytes)
            _ = try? AttachmentNotes(decoding: bytes)
            _ = try? AttachmentRecord(decoding: bytes)
        }
    }

    @Test("Too much is refused before anything is allocated")
    func limits() {
        var out = ByteWriter()
        out.byte(1)
        out.text("image/jpeg")
        out.varint(UInt64(SyncLimits.attachmentBytesMax) + 1)
        #expect(throws: DecodeError.self) { _ = try AttachmentManifest(decoding: out.bytes) }
        let name = ContentHash(of: [1]).bytes
        let long = [1] + name + [0] + [UInt8](repeating: 0, count: 16_385)
        #expect(throws: DecodeError.self) { _ = try AttachmentRecord(decoding: long) }
        let far = [1] + name + [0x80, 0x80, 0x40, 1]
        #expect(throws: DecodeError.self) { _ = try AttachmentRecord(decoding: far) }
        #expect(AttachmentManifest(mediaType: "Image/JPEG", content: [1]) == nil)
        #expect(AttachmentManifest(mediaType: "text/html\r\nx: y", content: [1]) == nil)
        #expect(AttachmentManifest(mediaType: "image/png", content: []) == nil)
    }

    @Test("A name is 64 lower-case digits and comes back as it was")
    func names() throws {
        let hash = ContentHash(of: Self.content)
        #expect(ContentHash(hash.description) == hash)
        #expect(ContentHash(hash.description.uppercased()) == nil)
        #expect(ContentHash("ab") == nil)
    }
}
