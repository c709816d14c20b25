import ChangeStore
import Crypto
import Foundation
import SyncProtocol

/// The hub's own keys and address, beside its store, readable by its owner only.
struct HubKeys: Codable, Sendable {
    /// The address that enrolment files carry.
    var url: String
    var regency: String
    /// X25519 private key, base64: seals exchanges.
    var linkKey: String
    /// Ed25519 private key, base64: signs what the regency publishes.
    var signingKey: String
    /// 32 random bytes, base64: what the secrets of enrolment files are derived from. Missing in
    /// files of older programs, see ``complete(in:)``.
    var enrolmentKey: String?

    enum CodingKeys: String, CodingKey {
        case url, regency
        case linkKey = "link_key"
        case signingKey = "signing_key"
        case enrolmentKey = "enrolment_key"
    }

    init(url: String, regency: String, _ surroundings: Surroundings) {
        self.url = url
        self.regency = regency
        linkKey = Self.newKey(surroundings)
        signingKey = Self.newKey(surroundings)
        enrolmentKey = Self.newKey(surroundings)
    }

    private static func newKey(_ surroundings: Surroundings) -> String {
        Data(surroundings.randomBytes(32)).base64EncodedString()
    }

    /// Loads, and gives keys of an older program what they lack.
    static func complete(
        in directory: String, _ surroundings: Surroundings
    ) throws -> HubKeys {
        var keys = try load(from: directory, on: surroundings.volume)
        guard keys.enrolmentKey == nil else { return keys }
        keys.enrolmentKey = newKey(surroundings)
        try keys.save(to: directory, on: surroundings.volume)
        return keys
    }

    /// The secret of one enrolment file.
    func enrolmentSecret(replica: ReplicaID, office: Scope, device: Int) -> [UInt8]? {
        guard let enrolmentKey, let master = Data(base64Encoded: enrolmentKey) else { return nil }
        return EnrolmentSecret.derive(
            master: Array(master), replica: replica, office: office, device: device)
    }

    var signing: Curve25519.Signing.PrivateKey? {
        Data(base64Encoded: signingKey).flatMap {
            try? Curve25519.Signing.PrivateKey(rawRepresentation: $0)
        }
    }

    static func path(in directory: String) -> String { directory + "/hub.json" }

    static func load(from directory: String, on volume: any StoreVolume) throws -> HubKeys {
        let path = path(in: directory)
        guard volume.exists(path) else { throw HubFault.noKeyFile(path: path) }
        guard let bytes = volume.read(path),
            let keys = try? JSONDecoder().decode(HubKeys.self, from: Data(bytes))
        else { throw HubFault.keyFileUnreadable(path: path) }
        return keys
    }

    func save(to directory: String, on volume: any StoreVolume) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try volume.write([UInt8](encoder.encode(self)), to: Self.path(in: directory))
    }

    /// The public half that devices seal to, base64.
    var linkPublicKey: String? {
        linkPrivate?.publicKey.rawRepresentation.base64EncodedString()
    }

    var linkPrivate: Curve25519.KeyAgreement.PrivateKey? {
        Data(base64Encoded: linkKey).flatMap {
            try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: $0)
        }
    }

    /// The key of the link to one device.
    func link(to replica: ReplicaID, publicKey: [UInt8]) -> LinkKey? {
        guard let own = Data(base64Encoded: linkKey) else { return nil }
        return LinkKey(privateKey: Array(own), publicKey: publicKey, replica: replica)
    }
}

/// Files that hold secrets: whole or not at all, mode 0600.
enum PrivateFile {
    static func write(_ data: Data, to path: String) throws {
        let draft = path + ".new"
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: draft, contents: data, attributes: mode),
            rename(draft, path) == 0
        else { throw HubFault.cannotWrite(path: path, detail: String(cString: strerror(errno))) }
    }
}
