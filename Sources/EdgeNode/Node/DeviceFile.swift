import ChangeStore
import Crypto
import Foundation
public import SyncProtocol

/// What makes this PC this PC: its keys and its hub. Beside the store, never inside it, so that a
/// copy of the data alone is not a copy of the device.
public struct DeviceFile: Codable, Sendable {
    public var enrolment: EnrolmentFile
    /// X25519 private key, base64.
    var linkKey: String
    /// Ed25519 private key, base64.
    var signingKey: String
    /// Whether the hub knows our public keys.
    var isEnrolled: Bool
    /// Set when the store took its number by itself: see ``Incarnation``.
    var incarnation: EnrolmentRequest.Incarnation?
    /// Where the store lay when it took that number, to finish an interrupted change.
    var leaving: String?
    /// For each scope, and each number whose past is refused, the last change that stays.
    var common: [String: [String: UInt64]]?

    enum CodingKeys: String, CodingKey {
        case enrolment, incarnation, leaving, common
        case linkKey = "link_key"
        case signingKey = "signing_key"
        case isEnrolled = "is_enrolled"
    }

    /// New keys for a new device.
    init(enrolment: EnrolmentFile, in surroundings: Surroundings) {
        self.enrolment = enrolment
        linkKey = Data(surroundings.randomBytes(32)).base64EncodedString()
        signingKey = Data(surroundings.randomBytes(32)).base64EncodedString()
        isEnrolled = false
    }

    static func path(in directory: String) -> String { directory + "/device.json" }

    static func load(from folder: NodeFolder) throws -> DeviceFile {
        let path = path(in: folder.directory)
        guard folder.volume.exists(path) else { throw EdgeFault.noDeviceFile(path: path) }
        guard let bytes = folder.volume.read(path),
            let file = try? JSONDecoder().decode(DeviceFile.self, from: Data(bytes))
        else { throw EdgeFault.deviceFileUnreadable(path: path) }
        return file
    }

    /// Whole or not at all, readable by the owner only.
    func save(to folder: NodeFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try folder.volume.write(
            [UInt8](encoder.encode(self)), to: Self.path(in: folder.directory))
    }

    var linkSecret: LinkKey? {
        guard let own = Data(base64Encoded: linkKey),
            let hub = Data(base64Encoded: enrolment.hubKey)
        else { return nil }
        return LinkKey(
            privateKey: Array(own), publicKey: Array(hub),
            replica: ReplicaID(enrolment.replica))
    }

    var linkPrivate: Curve25519.KeyAgreement.PrivateKey? {
        Data(base64Encoded: linkKey).flatMap {
            try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: $0)
        }
    }

    var signing: Curve25519.Signing.PrivateKey? {
        Data(base64Encoded: signingKey).flatMap {
            try? Curve25519.Signing.PrivateKey(rawRepresentation: $0)
        }
    }

    /// What the hub needs the first time.
    func request() -> EnrolmentRequest? {
        guard let linkPrivate, let signing, let secret = Data(base64Encoded: enrolment.secret)
        else { return nil }
        var request = EnrolmentRequest(
            replica: enrolment.replica,
            linkKey: linkPrivate.publicKey.rawRepresentation.base64EncodedString(),
            signingKey: signing.publicKey.rawRepresentation.base64EncodedString(), proof: "")
        request.incarnation = incarnation
        request.office = enrolment.office
        request.device = enrolment.device
        let code = HMAC<SHA256>.authenticationCode(
            for: request.proven, using: SymmetricKey(data: secret))
        request.proof = Data(code).base64EncodedString()
        return request
    }
}

extension EnrolmentFile {
    /// The hub's Ed25519 public key; nil when the file is older than that key.
    var hubSigner: [UInt8]? { hubSigningKey.flatMap { Data(base64Encoded: $0) }.map(Array.init) }

    /// Reads and checks an enrolment file.
    /// - Throws: ``EdgeFault/enrolmentUnreadable(path:detail:)``.
    public static func read(_ path: String) throws -> EnrolmentFile {
        func fault(_ detail: String) -> EdgeFault {
            .enrolmentUnreadable(path: path, detail: detail)
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw fault("it cannot be read")
        }
        guard let file = try? JSONDecoder().decode(EnrolmentFile.self, from: data) else {
            throw fault("not the expected JSON")
        }
        guard file.trasne == 1 else { throw fault("format \(file.trasne) is not known") }
        guard file.replica > 1, Data(base64Encoded: file.hubKey)?.count == 32,
            Data(base64Encoded: file.secret)?.count == 32,
            file.hubSigningKey.map({ Data(base64Encoded: $0)?.count == 32 }) ?? true,
            URL(string: file.hub)?.host != nil
        else { throw fault("a key, the number or the address is damaged") }
        return file
    }
}
