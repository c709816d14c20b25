private import Crypto

/// The secret of one enrolment file, derived, so that a hub put back from a backup can take in a
/// device that was enrolled since: it knows the proof without knowing the device.
public enum EnrolmentSecret {
    public static let byteCount = 32

    /// HMAC-SHA256(master, "trasne enrolment 1 " replica " " office " " device).
    /// - Parameter master: 32 random bytes that only the hub and its backups hold.
    public static func derive(
        master: [UInt8], replica: ReplicaID, office: Scope, device: Int
    ) -> [UInt8] {
        let text = "trasne enrolment 1 \(replica.rawValue) \(office.code) \(device)"
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8), using: SymmetricKey(data: master))
        return Array(code)
    }
}
