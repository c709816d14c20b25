public import Crypto
import Foundation

/// The compact signed payload in a letter's QR code (DOMAIN §3).
///
/// Problem: anybody with a telephone must be able to check a letter, without a network if need be,
/// and the code must not tell the bearer's identity number.
/// Idea: one line of text that a person can read too, and the device's Ed25519 signature of it:
///
///     T1|letter id|office|number|date|type|masked name|digest prefix|key id|<64 bytes>
///
/// all of it base64url behind the address of the public page. After `#`, so that no server on the
/// way sees it unless the page sends it.
public struct LetterSeal: Hashable, Sendable {
    public struct Contents: Hashable, Sendable {
        public let letter: String
        public let office: String
        public let number: String
        public let issuedOn: String
        public let type: String
        public let maskedName: String
        /// The first 64 bits of the text's SHA-256, in hex.
        public let digestPrefix: String
        public let keyID: String

        public init(
            letter: String, office: String, number: String, issuedOn: String, type: String,
            maskedName: String, digestPrefix: String, keyID: String
        ) {
            self.letter = letter
            self.office = office
            self.number = number
            self.issuedOn = issuedOn
            self.type = type
            self.maskedName = maskedName
            self.digestPrefix = digestPrefix
            self.keyID = keyID
        }
    }

    public enum Failure: Error, Hashable, Sendable {
        case notASeal
        case otherKey
        case forged
    }

    private static let version = "T1"
    private static let signatureBytes = 64
    public static let digestPrefixLength = 16
    /// Keeps a signature over a letter from being one over anything else.
    private static let context = "trasne letter 1\n"

    public let contents: Contents
    public let signature: [UInt8]

    /// Signs.
    public init(_ contents: Contents, by key: Curve25519.Signing.PrivateKey) throws {
        self.contents = contents
        signature = Array(try key.signature(for: Data(Self.signed(contents).utf8)))
    }

    /// A key's short name: the first 48 bits of its SHA-256, in hex.
    public static func keyID(of key: Curve25519.Signing.PublicKey) -> String {
        hex(SHA256.hash(data: key.rawRepresentation).prefix(6))
    }

    public static func digest(of text: String) -> String { hex(SHA256.hash(data: Data(text.utf8))) }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// What the QR code says.
    public func url(base: String) -> String {
        let bytes = Array(Self.line(contents).utf8) + signature
        let code = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        return "\(base)/s#\(code)"
    }

    /// Reads a QR code's text; says nothing yet about who signed it.
    public init(url: String) throws(Failure) {
        guard let hash = url.lastIndex(of: "#") else { throw .notASeal }
        var code = url[url.index(after: hash)...].replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        code += String(repeating: "=", count: (4 - code.count % 4) % 4)
        guard let bytes = Data(base64Encoded: code), bytes.count > Self.signatureBytes,
            let line = String(bytes: bytes.dropLast(Self.signatureBytes), encoding: .utf8)
        else { throw .notASeal }
        let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 10, parts[0] == Self.version, parts[9].isEmpty else {
            throw .notASeal
        }
        contents = Contents(
            letter: parts[1], office: parts[2], number: parts[3], issuedOn: parts[4],
            type: parts[5], maskedName: parts[6], digestPrefix: parts[7], keyID: parts[8])
        signature = Array(bytes.suffix(Self.signatureBytes))
    }

    /// Whether the device with this key signed exactly these contents.
    public func verify(with key: Curve25519.Signing.PublicKey) throws(Failure) {
        guard contents.keyID == Self.keyID(of: key) else { throw .otherKey }
        guard key.isValidSignature(signature, for: Data(Self.signed(contents).utf8)) else {
            throw .forged
        }
    }

    private static func signed(_ contents: Contents) -> String { context + line(contents) }

    private static func line(_ contents: Contents) -> String {
        [
            version, contents.letter, contents.office, contents.number, contents.issuedOn,
            contents.type, contents.maskedName, contents.digestPrefix, contents.keyID,
        ].map { $0.replacingOccurrences(of: "|", with: "/") }.joined(separator: "|") + "|"
    }
}
