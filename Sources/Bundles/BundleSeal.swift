public import Crypto
import Foundation
public import SyncProtocol

/// Seals a bundle to its receiver and signs it for its sender, and back.
///
/// Rule: signed over what is sealed, so that a receiver can refuse a forged bundle before it opens
/// anything; the open head is bound to the content as additional data. What if not: a stranger
/// could put another office's head before an honest content.
public enum BundleSeal {
    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    /// - Parameters:
    ///   - content: the stream of an exchange.
    ///   - receiver: the receiver's X25519 public key.
    /// - Throws: ``BundleFault/tooLarge(bytes:)``, or when a key is not usable.
    public static func make(
        _ content: [UInt8], head: BundleHead, receiver: Curve25519.KeyAgreement.PublicKey,
        signing: Curve25519.Signing.PrivateKey
    ) throws -> SealedBundle {
        guard content.count < SyncLimits.bundleBytesMax - SyncLimits.bundleHeadBytesMax else {
            throw BundleFault.tooLarge(bytes: content.count)
        }
        var head = head
        head.receiverKey = SealedBundle.name(ofKey: Array(receiver.rawRepresentation))
        head.contentBytes = UInt64(content.count)
        var sender = try HPKE.Sender(
            recipientKey: receiver, ciphersuite: suite, info: Data(SealedBundle.context))
        let sealed = try sender.seal(content, authenticating: head.encoded())
        var bundle = SealedBundle(
            head: head, encapsulatedKey: Array(sender.encapsulatedKey), sealed: Array(sealed))
        bundle.signature = Array(try signing.signature(for: bundle.signed))
        return bundle
    }

    /// - Parameter signer: the sender's Ed25519 public key, 32 bytes.
    public static func isSigned(_ bundle: SealedBundle, by signer: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: signer) else {
            return false
        }
        return key.isValidSignature(bundle.signature, for: bundle.signed)
    }

    /// - Returns: nil when the content is not sealed to this key, or was touched.
    public static func open(
        _ bundle: SealedBundle, with key: Curve25519.KeyAgreement.PrivateKey
    ) -> [UInt8]? {
        guard
            var receiver = try? HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: Data(SealedBundle.context),
                encapsulatedKey: Data(bundle.encapsulatedKey)),
            let content = try? receiver.open(bundle.sealed, authenticating: bundle.headBytes)
        else { return nil }
        return Array(content)
    }
}
