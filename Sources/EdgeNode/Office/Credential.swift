import Crypto
import CryptoExtras
import Foundation

/// A password as it is kept: `scrypt$N$r$p$salt$key`, salt and key in base64.
///
/// Parameters stand beside the hash, so that they can rise later without locking anybody out.
struct Credential {
    struct Cost {
        /// N, a power of two.
        let rounds: Int
        let blockSize: Int
        let parallelism: Int

        /// 32 MB and some tenths of a second on an old PC (OWASP's smallest setting that leaves
        /// a machine of 2 GB usable).
        static let standard = Cost(rounds: 32_768, blockSize: 8, parallelism: 1)
        /// What is accepted from a stored text: a hostile row must not stall the PC.
        static let roundsMax = 1 << 17

        var isSane: Bool {
            rounds >= 2 && rounds <= Self.roundsMax && rounds & (rounds - 1) == 0
                && (1...16).contains(blockSize) && (1...4).contains(parallelism)
        }
    }

    private static let saltBytes = 16
    private static let keyBytes = 32

    let cost: Cost
    let salt: [UInt8]
    let key: [UInt8]

    init(password: String, cost: Cost = .standard) throws {
        var generator = SystemRandomNumberGenerator()
        salt = (0..<Self.saltBytes).map { _ in .random(in: 0...255, using: &generator) }
        self.cost = cost
        key = try Self.derive(password, salt, cost)
    }

    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]),
            let blockSize = Int(parts[2]), let parallelism = Int(parts[3]),
            let salt = Data(base64Encoded: String(parts[4])),
            let key = Data(base64Encoded: String(parts[5])), key.count == Self.keyBytes
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isSane else { return nil }
        self.salt = [UInt8](salt)
        self.key = [UInt8](key)
    }

    var text: String {
        [
            "scrypt", "\(cost.rounds)", "\(cost.blockSize)", "\(cost.parallelism)",
            Data(salt).base64EncodedString(), Data(key).base64EncodedString(),
        ].joined(separator: "$")
    }

    func matches(_ password: String) throws -> Bool {
        let other = try Self.derive(password, salt, cost)
        // Without an early end, so that time tells nothing.
        return zip(key, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(
        _ password: String, _ salt: [UInt8], _ cost: Cost
    ) throws -> [UInt8] {
        // One spelling of "é", whatever keyboard it came from.
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: keyBytes, rounds: cost.rounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}
