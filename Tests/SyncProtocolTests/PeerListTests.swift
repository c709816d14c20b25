import SyncProtocol
import Testing

@Suite("Who else may be talked to")
struct PeerLists {
    private static func peer(_ replica: UInt32, _ kind: Peer.Kind, _ office: String) -> Peer {
        Peer(
            replica: ReplicaID(replica), kind: kind, office: Scope(office), device: 2,
            linkKey: [UInt8](repeating: 0xaa, count: 32),
            signingKey: [UInt8](repeating: 0xbb, count: 32))!
    }

    private static let list = PeerList([
        peer(300, .relay, "52.02.04"), peer(7, .office, "52.02.04.2009"),
    ])

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("The bytes of answer field 7 and hello field 8 are frozen")
    func frozen() throws {
        let keys = String(repeating: "aa", count: 32) + String(repeating: "bb", count: 32)
        let bytes = Self.list.encoded()
        #expect(
            Self.hex(bytes)
                == "02" + "07" + "00" + "0d35322e30322e30342e32303039" + "02" + keys
                + "ac02" + "01" + "0835322e30322e3034" + "02" + keys)
        #expect(Self.hex(try #require(Self.list.mark)) == "be0533f9")
        #expect(PeerList([]).mark == nil)
        #expect(try PeerList(decoding: bytes) == Self.list)
        #expect(try PeerList(decoding: [0]) == PeerList([]))
    }

    @Test("A list that is cut, out of order or too long is refused")
    func refused() throws {
        let bytes = Self.list.encoded()
        for end in bytes.indices {
            #expect(throws: DecodeError.self) { try PeerList(decoding: Array(bytes[..<end])) }
        }
        let one = PeerList([Self.peer(7, .office, "52.02.04.2009")]).encoded().dropFirst()
        #expect(throws: DecodeError.self) { try PeerList(decoding: [2] + one + one) }
        #expect(throws: DecodeError.self) { try PeerList(decoding: [0xff, 0xff, 0x7f] + one) }
        #expect(throws: DecodeError.self) { try PeerList(decoding: bytes + [0]) }
    }

    @Test("A kind that a newer hub knows passes through")
    func newerKind() throws {
        let list = PeerList([Self.peer(9, Peer.Kind(rawValue: 77), "52.02")])
        #expect(try PeerList(decoding: list.encoded()) == list)
    }

    @Test("The key of a link between two devices is frozen, and another in each direction")
    func linkKey() throws {
        let (a, b) = ([UInt8](0..<32), [UInt8](32..<64))
        let publicA = Self.bytes(
            "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f")
        let publicB = Self.bytes(
            "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254")
        func record(_ own: [UInt8], _ other: [UInt8], _ caller: UInt32, _ to: UInt32) -> String {
            let key = LinkKey(
                privateKey: own, publicKey: other, caller: ReplicaID(caller),
                responder: ReplicaID(to))!
            var writer = RecordWriter(key: key, direction: .request, nonce: 5, version: 1)
            return Self.hex(writer.record(.hello, [0x61]))
        }
        #expect(record(a, publicB, 7, 300) == "0a01616f9214dfc9189100")
        #expect(record(b, publicA, 7, 300) == record(a, publicB, 7, 300))
        #expect(record(a, publicB, 300, 7) == "0a0161dfe45bc98dd052ec")
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).map { at in
            UInt8(hex.dropFirst(at).prefix(2), radix: 16)!
        }
    }
}
