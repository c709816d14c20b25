/// What the hub hands an office for one device, as a JSON file, once.
///
/// It carries the device's replica number and a secret that proves, the first time the device
/// calls, that it is the one the file was made for. After that only the device's own keys count.
public struct EnrolmentFile: Codable, Hashable, Sendable {
    /// The format; 1.
    public var trasne: Int
    /// Where the hub answers, e.g. `http://127.0.0.1:8800`.
    public var hub: String
    /// The hub's X25519 key, base64.
    public var hubKey: String
    /// The hub's Ed25519 key, base64: it signs bundles and checkpoints. Files of before 0.2 lack it.
    public var hubSigningKey: String?
    public var office: String
    public var officeName: String
    public var regency: String
    /// The number of this PC in the office, from 1.
    public var device: Int
    public var replica: UInt32
    /// 32 random bytes, base64. Good for one device.
    public var secret: String
    /// Whether this is a district's relay; `office` is the district then.
    public var relay: Bool?

    public init(
        hub: String, hubKey: String, hubSigningKey: String? = nil, office: String,
        officeName: String, regency: String, device: Int, replica: UInt32, secret: String,
        relay: Bool? = nil
    ) {
        trasne = 1
        self.hub = hub
        self.hubKey = hubKey
        self.hubSigningKey = hubSigningKey
        self.office = office
        self.officeName = officeName
        self.regency = regency
        self.device = device
        self.replica = replica
        self.secret = secret
        self.relay = relay
    }

    enum CodingKeys: String, CodingKey {
        case trasne, hub, office, regency, device, replica, secret, relay
        case hubKey = "hub_key"
        case hubSigningKey = "hub_signing_key"
        case officeName = "office_name"
    }
}

/// What a device sends the first time, as JSON: its public keys and the proof that it holds the
/// enrolment file.
public struct EnrolmentRequest: Codable, Hashable, Sendable {
    public var replica: UInt32
    /// X25519, base64: seals exchanges.
    public var linkKey: String
    /// Ed25519, base64: signs letters, bundles and checkpoints.
    public var signingKey: String
    /// Base64 of HMAC-SHA256(secret, ``proven``).
    public var proof: String
    /// Set when a store takes a new number by itself.
    public var incarnation: Incarnation?

    /// A new number for a store that was enrolled before.
    public struct Incarnation: Codable, Hashable, Sendable {
        /// The number whose enrolment file, and so whose secret, the device holds.
        public var enrolled: UInt32
        /// The number under which the store wrote until now.
        public var former: UInt32
        public var reason: Reason

        /// Why a store doubts that it is the only one to write under its number.
        public enum Reason: String, Codable, Hashable, Sendable {
            /// It lies at another place, or on another machine.
            case moved
            /// It knows less than it has already said.
            case tailLost = "tail_lost"
            /// The hub holds more of its changes than it does itself: it was put back.
            case restored
            /// The hub holds other changes under its number.
            case diverged
        }

        public init(enrolled: UInt32, former: UInt32, reason: Reason) {
            self.enrolled = enrolled
            self.former = former
            self.reason = reason
        }
    }
    /// What the file was made for: a hub put back from a backup may not know the device. Missing
    /// in requests of older programs.
    public var office: String?
    public var device: Int?

    public init(replica: UInt32, linkKey: String, signingKey: String, proof: String) {
        self.replica = replica
        self.linkKey = linkKey
        self.signingKey = signingKey
        self.proof = proof
    }

    /// The bytes that the proof covers.
    public var proven: [UInt8] {
        var text = "trasne enrol 1 \(replica) \(linkKey) \(signingKey)"
        if let incarnation {
            text +=
                " of \(incarnation.enrolled) after \(incarnation.former) "
                + incarnation.reason.rawValue
        }
        return Array(text.utf8)
    }

    enum CodingKeys: String, CodingKey {
        case replica, proof, incarnation, office, device
        case linkKey = "link_key"
        case signingKey = "signing_key"
    }
}

/// Why the hub turns a caller away before anything is exchanged. JSON, with an HTTP status.
public struct Refusal: Error, Codable, Hashable, Sendable {
    /// Open: a newer hub may know more.
    public struct Code: RawRepresentable, Codable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public static let unknownReplica = Code(rawValue: "unknown_replica")
        public static let notEnrolled = Code(rawValue: "not_enrolled")
        public static let retired = Code(rawValue: "retired")
        public static let badSeal = Code(rawValue: "bad_seal")
        public static let alreadyEnrolled = Code(rawValue: "already_enrolled")
        public static let badProof = Code(rawValue: "bad_proof")
        public static let badRequest = Code(rawValue: "bad_request")
        public static let storeTrouble = Code(rawValue: "store_trouble")
        /// The caller speaks a version that the hub does not; ``Refusal/versions`` says which it
        /// does.
        public static let unsupportedVersion = Code(rawValue: "unsupported_version")
    }

    public var code: Code
    public var detail: String
    /// The oldest and the newest protocol version that the hub speaks, with
    /// ``Code/unsupportedVersion``.
    public var versions: [UInt8]?

    public init(_ code: Code, _ detail: String, versions: ClosedRange<UInt8>? = nil) {
        self.code = code
        self.detail = detail
        self.versions = versions.map { [$0.lowerBound, $0.upperBound] }
    }

    /// The HTTP status that goes with it.
    public var status: Int {
        switch code {
        case .unknownReplica: 404
        case .notEnrolled, .badSeal, .badProof: 401
        case .retired: 410
        case .alreadyEnrolled: 409
        case .storeTrouble: 503
        default: 400
        }
    }
}
