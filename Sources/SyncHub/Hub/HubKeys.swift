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

    enum CodingKeys: String, CodingKey {
        case url, regency
        case linkKey = "link_key"
        case signingKey = "signing_key"
    }

    init(url: String, regency: String) {
        self.url = url
        self.regency = regency
        linkKey = Curve25519.KeyAgreement.PrivateKey().rawRepresentation.base64EncodedString()
        signingKey = Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString()
    }

    static func path(in directory: String) -> String { directory + "/hub.json" }

    static func load(from directory: String) throws -> HubKeys {
        let path = path(in: directory)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw HubFault.noKeyFile(path: path)
        }
        do {
            return try JSONDecoder().decode(HubKeys.self, from: data)
        } catch {
            throw HubFault.keyFileUnreadable(path: path)
        }
    }

    func save(to directory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(try encoder.encode(self), to: Self.path(in: directory))
    }

    /// The public half that devices seal to, base64.
    var linkPublicKey: String? {
        linkPrivate?.publicKey.rawRepresentation.base64EncodedString()
    }

    private var linkPrivate: Curve25519.KeyAgreement.PrivateKey? {
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
