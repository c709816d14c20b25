import SyncProtocol
import Testing

@Suite("Bundles: exchanges as files")
struct Bundles {
    static let head = BundleHead(
        kind: .toHub, sender: ReplicaID(7), receiver: .hub, receiverKey: 0x0102_0304_0506_0708,
        office: Scope("52.02.03.2007"), device: 1, nonce: 5, number: 0, madeAt: 1_788_000_000_000,
        contents: [
            BundleHead.ScopeRuns(
                scope: Scope("52.02.03.2007"),
                runs: [.init(replica: ReplicaID(7), first: 1, last: 161)])
        ],
        contentBytes: 4_096,
        claim: .init(
            linkKey: [UInt8](repeating: 0xA1, count: 32),
            signingKey: [UInt8](repeating: 0xB2, count: 32),
            proof: [UInt8](repeating: 0xC3, count: 32)))

    static var bundle: SealedBundle {
        var bundle = SealedBundle(
            head: head, encapsulatedKey: [UInt8](repeating: 0xD4, count: 32), sealed: [1, 2, 3])
        bundle.signature = [UInt8](repeating: 0xE5, count: 64)
        return bundle
    }

    @Test("The bytes of a bundle's head are frozen")
    func goldenHead() throws {
        let golden =
            "01070101020304050607080d35322e30322e30332e3230303701050080e0d6d18968"
            + "010d35322e30322e30332e32303037010701a101802001"
        let want =
            golden + String(repeating: "a1", count: 32)
            + String(repeating: "b2", count: 32) + String(repeating: "c3", count: 32)
        #expect(hex(Self.head.encoded()) == want)
        #expect(try BundleHead(decoding: Self.head.encoded()) == Self.head)
    }

    @Test("The bytes of a bundle and of its one part are frozen")
    func goldenPart() throws {
        let bundle = Self.bundle.encoded()
        #expect(
            hex(bundle) == "01" + "9901" + hex(Self.head.encoded())
                + String(repeating: "d4", count: 32) + "03010203"
                + String(repeating: "e5", count: 64))
        #expect(try SealedBundle(decoding: bundle) == Self.bundle)
        let parts = BundlePart.split(bundle, bytesMax: bundle.count)
        #expect(parts.count == 1)
        let part = hex(parts[0].encoded())
        #expect(part.hasPrefix("547261736e654231"))
        #expect(part.hasSuffix("9c88728442a81522d0c951fc31b08afd"))
    }

    @Test("A part with any one byte flipped, or cut anywhere, is refused")
    func damagedParts() throws {
        let bytes = BundlePart.split(Self.bundle.encoded(), bytesMax: 100)[1].encoded()
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: DecodeError.self) { try BundlePart(decoding: damaged) }
            #expect(throws: DecodeError.self) { try BundlePart(decoding: Array(bytes[..<index])) }
        }
    }

    @Test("Parts make up the bundle in any order; foreign parts do not")
    func joining() throws {
        let bundle = Self.bundle.encoded()
        let parts = BundlePart.split(bundle, bytesMax: 50)
        #expect(parts.count == (bundle.count + 49) / 50)
        #expect(BundlePart.join(parts.reversed()) == bundle)
        var other = Self.bundle
        other.signature[63] ^= 1
        let foreign = BundlePart.split(other.encoded(), bytesMax: 50)
        #expect(BundlePart.join(parts.dropLast() + [foreign[parts.count - 1]]) == nil)
    }

    @Test("Every strict prefix of a bundle is refused, and a changed head is not what was signed")
    func damagedBundles() throws {
        let bytes = Self.bundle.encoded()
        for length in 0..<bytes.count {
            #expect(throws: DecodeError.self) {
                try SealedBundle(decoding: Array(bytes[..<length]))
            }
        }
        for index in 0..<bytes.count - 64 {
            var damaged = bytes
            damaged[index] ^= 1
            if let found = try? SealedBundle(decoding: damaged) {
                #expect(found.signed != Self.bundle.signed, "byte \(index)")
            }
        }
    }

    @Test("Runs say which changes are there, and where one is missing")
    func runs() {
        let scope = Scope("52.02")
        let dots = [3, 1, 2, 5, 5].map { (scope: scope, dot: Dot(.hub, $0)) }
        let found = BundleHead.contents(of: dots)
        #expect(
            found == [
                .init(
                    scope: scope,
                    runs: [
                        .init(replica: .hub, first: 1, last: 3),
                        .init(replica: .hub, first: 5, last: 5),
                    ])
            ])
        #expect(found[0].changes == 4)
    }
}

private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}
