import Crypto
import Foundation
import SyncProtocol
import Testing

@testable import Bundles

@Suite("A bundle as files on a stick")
final class BundleFilesTests {
    let folder = FileManager.default.temporaryDirectory.path + "/trasne-stick-\(UUID().uuidString)"
    let signing = Curve25519.Signing.PrivateKey()
    let receiver = Curve25519.KeyAgreement.PrivateKey()

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func make(_ content: [UInt8], nonce: UInt64 = 1) throws -> SealedBundle {
        let head = BundleHead(
            kind: .toHub, sender: ReplicaID(7), receiver: .hub, receiverKey: 0,
            office: Scope("52.02.03.2007"), device: 1, nonce: nonce, number: 0,
            madeAt: 1_788_000_000_000, contents: [], contentBytes: 0, claim: nil)
        return try BundleSeal.make(
            content, head: head, receiver: receiver.publicKey, signing: signing)
    }

    let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    func fault(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return String(describing: error)
        }
    }

    @Test("Only the receiver opens it, and the sender's signature is proven")
    func sealing() throws {
        let bundle = try make(content)
        #expect(BundleSeal.open(bundle, with: receiver) == content)
        #expect(BundleSeal.open(bundle, with: Curve25519.KeyAgreement.PrivateKey()) == nil)
        #expect(BundleSeal.isSigned(bundle, by: Array(signing.publicKey.rawRepresentation)))
        let other = Curve25519.Signing.PrivateKey().publicKey.rawRepresentation
        #expect(!BundleSeal.isSigned(bundle, by: Array(other)))
        // Another head before the same content: neither signed nor to be opened.
        var head = bundle.head
        head.sender = ReplicaID(8)
        var forged = SealedBundle(
            head: head, encapsulatedKey: bundle.encapsulatedKey, sealed: bundle.sealed)
        forged.signature = bundle.signature
        #expect(!BundleSeal.isSigned(forged, by: Array(signing.publicKey.rawRepresentation)))
        #expect(BundleSeal.open(forged, with: receiver) == nil)
    }

    @Test("Split files are found again in any order, and a missing one is named by its number")
    func splitting() throws {
        let bundle = try make(content)
        let files = try BundleFiles.write(
            bundle, to: folder + "/desa.trasne", partBytesMax: 32 << 10)
        #expect(
            try names() == [
                "desa.1of4.trasne", "desa.2of4.trasne", "desa.3of4.trasne", "desa.4of4.trasne",
            ])
        #expect(try BundleFiles.read([folder])[0].bundle == bundle)
        let found = try BundleFiles.read([files[2], files[0], files[3], files[1], files[0]])
        #expect(found.count == 1)
        #expect(found[0].bundle == bundle)
        let sentence = fault { _ = try BundleFiles.read([files[3], files[0]]) }
        #expect(sentence?.contains("numbers 2, 3 are missing") == true, "\(sentence ?? "")")
    }

    @Test("Several bundles come apart again, oldest first")
    func severalBundles() throws {
        for nonce in [9, 3] as [UInt64] {
            try BundleFiles.write(
                make(content, nonce: nonce), to: folder + "/b\(nonce).trasne",
                partBytesMax: 32 << 10)
        }
        #expect(try BundleFiles.read([folder]).map(\.head.nonce) == [3, 9])
    }

    @Test("A damaged, foreign or unreadable file is named")
    func badFiles() throws {
        let path = folder + "/desa.trasne"
        try BundleFiles.write(make(content), to: path)
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        bytes[5_000] ^= 0x20
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(fault { _ = try BundleFiles.read([path]) }?.hasPrefix("\(path) is damaged") == true)
        let photo = folder + "/foto.jpg"
        try Data("JFIF".utf8).write(to: URL(fileURLWithPath: photo))
        #expect(
            fault { _ = try BundleFiles.read([photo]) }?.contains("not a Trasne bundle") == true)
        #expect(
            fault { _ = try BundleFiles.read([folder + "/x"]) }?.contains("cannot be read") == true)
    }

    @Test("An existing file is never written over, and a failure leaves nothing")
    func nothingHalfWritten() throws {
        let bundle = try make(content)
        let blocked = folder + "/desa.3of4.trasne"
        try Data("x".utf8).write(to: URL(fileURLWithPath: blocked))
        #expect(throws: BundleFault.fileExists(path: blocked)) {
            try BundleFiles.write(bundle, to: folder + "/desa.trasne", partBytesMax: 32 << 10)
        }
        // The third part cannot be made: a folder stands in its place.
        try FileManager.default.removeItem(atPath: blocked)
        try FileManager.default.createDirectory(
            atPath: blocked + ".new", withIntermediateDirectories: false)
        #expect(throws: BundleFault.self) {
            try BundleFiles.write(bundle, to: folder + "/desa.trasne", partBytesMax: 32 << 10)
        }
        #expect(try names() == ["desa.3of4.trasne.new"])
    }

    @Test("Sizes are read as people write them")
    func sizes() throws {
        #expect(try BundleFiles.size("1M") == 1 << 20)
        #expect(try BundleFiles.size("500k") == 500 << 10)
        #expect(try BundleFiles.size("20000") == 20_000)
        for text in ["", "M", "0", "-1M", "1G", "1K", "999999999999999999999", "9999999999999M"] {
            #expect(throws: BundleFault.badSize(text)) { try BundleFiles.size(text) }
        }
    }
}
