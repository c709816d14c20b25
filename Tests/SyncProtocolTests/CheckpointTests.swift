import SyncProtocol
import Testing

@Suite("What a hub signs, keeps and tells of its backups")
struct HubBackupCodecs {
    private static let scope = Scope("52.02")
    private static let dot = Dot(ReplicaID(0x7000_0005), 300)
    private static let chain = HashChain(head: (0..<32).map { UInt8($0) })!
    /// RFC 8032, test 1.
    private static let privateKey = bytes(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    private static let publicKey = bytes(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).map { at in
            UInt8(hex.dropFirst(at).prefix(2), radix: 16)!
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("The bytes of a checkpoint are frozen, but for the signature")
    func checkpointBytes() throws {
        let signature = [UInt8](repeating: 0xaa, count: 64)
        let checkpoint = Checkpoint(
            scope: Self.scope, dot: Self.dot, chain: Self.chain, signature: signature)!
        let bytes = Checkpoints([checkpoint]).encoded()
        #expect(
            Self.hex(bytes)
                == "01" + "0535322e3032" + "8580808007" + "ac02"
                + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                + String(repeating: "aa", count: 64))
        #expect(try Checkpoints(decoding: bytes).list == [checkpoint])
        for end in bytes.indices {
            #expect(throws: DecodeError.self) { try Checkpoints(decoding: Array(bytes[..<end])) }
        }
        #expect(throws: DecodeError.self) {
            try Checkpoints(decoding: [2] + bytes.dropFirst() + bytes.dropFirst())
        }
    }

    @Test("A signature made elsewhere fits, and fits nothing else")
    func signature() throws {
        let checkpoint = Checkpoint(
            scope: Self.scope, dot: Self.dot, chain: Self.chain, key: Self.privateKey)!
        #expect(checkpoint.isSigned(by: Self.publicKey))
        #expect(!checkpoint.isSigned(by: Self.privateKey))
        for (scope, dot, chain) in [
            (Scope("52.03"), Self.dot, Self.chain),
            (Self.scope, Dot(Self.dot.replica, 301), Self.chain),
            (Self.scope, Dot(.hub, 300), Self.chain),
            (Self.scope, Self.dot, HashChain()),
        ] {
            let other = Checkpoint(
                scope: scope, dot: dot, chain: chain, signature: checkpoint.signature)!
            #expect(!other.isSigned(by: Self.publicKey))
        }
    }

    @Test("Of several checkpoints of one author the greatest is sent")
    func greatest() throws {
        let all = [3, 9, 4].map { seq in
            Checkpoint(
                scope: Self.scope, dot: Dot(.hub, seq), chain: Self.chain, key: Self.privateKey)!
        }
        #expect(Checkpoints(all).list.map(\.dot.seq) == [9])
    }

    @Test("The bytes of hello field 9 and answer fields 1 and 2 are frozen")
    func fields() throws {
        let known = BackupKnown(backup: 300, epoch: 5)
        #expect(Self.hex(known.encoded()) == "ac0205")
        #expect(try BackupKnown(decoding: known.encoded()) == known)
        #expect(try BackupKnown(decoding: [7]) == BackupKnown(backup: 7))
        #expect(throws: DecodeError.self) { try BackupKnown(decoding: [7, 1, 1]) }
        let durable = Durable(
            backup: 2,
            vectors: [
                Scope("52.02"): VersionVector([Dot(.hub, 5)]),
                Scope("52.02.04.2009"): VersionVector([Dot(ReplicaID(2), 9)]),
            ])
        #expect(
            Self.hex(durable.encoded())
                == "0202" + "0535322e3032" + "010105"
                + "0d35322e30322e30342e32303039" + "010209")
        #expect(try Durable(decoding: durable.encoded()) == durable)
        for end in durable.encoded().indices {
            #expect(throws: DecodeError.self) {
                try Durable(decoding: Array(durable.encoded()[..<end]))
            }
        }
        #expect(try LogEpoch.decode(LogEpoch.encoded(.max)) == .max)
        #expect(throws: DecodeError.self) { try LogEpoch.decode([]) }
    }

    @Test("The secret of an enrolment file is a function of what it is for")
    func derivedSecrets() {
        let master = (0..<32).map { UInt8($0) }
        func secret(_ replica: UInt32, _ office: String, _ device: Int) -> String {
            Self.hex(
                EnrolmentSecret.derive(
                    master: master, replica: ReplicaID(replica), office: Scope(office),
                    device: device))
        }
        let all = Set([
            secret(7, "52.02.04.2009", 1), secret(8, "52.02.04.2009", 1),
            secret(7, "52.02.04.2008", 1), secret(7, "52.02.04.2009", 2),
        ])
        #expect(all.count == 4)
        #expect(
            secret(7, "52.02.04.2009", 1)
                == "f9dfb15a806c575f61ee91786d6bc2d9d161cdbe605eec89b789314a7ce535fe")
    }
}
