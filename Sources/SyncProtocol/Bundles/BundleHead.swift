// What a bundle says openly about itself, so that a stick can be sorted without any key.
//
//   head    byte kind; varint sender, receiver; fixed64 receiver's key; text office;
//           varint device, nonce, number; zigzag made (UTC ms);
//           varint n; n × (text scope; varint m; m × (varint replica, first, last))   both rising
//           varint content bytes;
//           byte claim (0 none, 1, 2); [32 bytes link key; 32 bytes signing key; 32 bytes proof;
//           with 2: varint enrolled, former; text reason]
//
// Nothing personal stands in it: numbers, codes and times only.

/// The open, signed head of a bundle: who made it for whom, when, and what it carries.
public struct BundleHead: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        /// A device's hello and changes.
        case toHub = 1
        /// The hub's answer: what it holds, and what the device lacks.
        case toDevice = 2
    }

    /// The changes of one author, all there from first to last.
    public struct Run: Hashable, Sendable {
        public let replica: ReplicaID
        public let first: UInt64
        public let last: UInt64

        public init(replica: ReplicaID, first: UInt64, last: UInt64) {
            self.replica = replica
            self.first = first
            self.last = last
        }
    }

    public struct ScopeRuns: Hashable, Sendable {
        public let scope: Scope
        /// Rising by replica and then by first.
        public let runs: [Run]

        public init(scope: Scope, runs: [Run]) {
            self.scope = scope
            self.runs = runs
        }

        public var changes: UInt64 { runs.reduce(0) { $0 + ($1.last - $1.first + 1) } }
    }

    /// A device's public keys with the proof that it holds its enrolment file: a device that was
    /// never on line enrols by its first stick. 32 bytes each.
    public struct Claim: Hashable, Sendable {
        public let linkKey: [UInt8]
        public let signingKey: [UInt8]
        public let proof: [UInt8]
        /// Set when the store took its number by itself.
        public let incarnation: EnrolmentRequest.Incarnation?

        /// - Returns: nil unless each is 32 bytes.
        public init?(
            linkKey: [UInt8], signingKey: [UInt8], proof: [UInt8],
            incarnation: EnrolmentRequest.Incarnation? = nil
        ) {
            guard [linkKey, signingKey, proof].allSatisfy({ $0.count == 32 }) else { return nil }
            self.linkKey = linkKey
            self.signingKey = signingKey
            self.proof = proof
            self.incarnation = incarnation
        }
    }

    public var kind: Kind
    public var sender: ReplicaID
    public var receiver: ReplicaID
    /// The first 8 bytes of the SHA-256 of the X25519 key that the content is sealed to.
    public var receiverKey: UInt64
    /// The device's office, whichever way the bundle goes.
    public var office: Scope
    /// The number of the device in its office.
    public var device: UInt32
    /// The device's exchange that this asks or answers; rises with each of the device's.
    public var nonce: UInt64
    /// The hub's own count of bundles; 0 from a device.
    public var number: UInt64
    /// UTC milliseconds by the sender's clock.
    public var madeAt: Int64
    public var contents: [ScopeRuns]
    /// The length of the content before sealing.
    public var contentBytes: UInt64
    public var claim: Claim?

    public init(
        kind: Kind, sender: ReplicaID, receiver: ReplicaID, receiverKey: UInt64, office: Scope,
        device: UInt32, nonce: UInt64, number: UInt64, madeAt: Int64, contents: [ScopeRuns],
        contentBytes: UInt64, claim: Claim?
    ) {
        self.kind = kind
        self.sender = sender
        self.receiver = receiver
        self.receiverKey = receiverKey
        self.office = office
        self.device = device
        self.nonce = nonce
        self.number = number
        self.madeAt = madeAt
        self.contents = contents
        self.contentBytes = contentBytes
        self.claim = claim
    }

    public var changes: UInt64 { contents.reduce(0) { $0 + $1.changes } }

    /// The device that sends or receives; the other side is the hub.
    public var deviceReplica: ReplicaID { kind == .toHub ? sender : receiver }
}

extension BundleHead {
    /// What these changesets amount to, as runs.
    public static func contents(of dots: [(scope: Scope, dot: Dot)]) -> [ScopeRuns] {
        var byScope: [Scope: [Dot]] = [:]
        for (scope, dot) in dots { byScope[scope, default: []].append(dot) }
        return byScope.keys.sorted().map { scope in
            var runs: [Run] = []
            for dot in (byScope[scope] ?? []).sorted() {
                if let last = runs.last, last.replica == dot.replica, dot.seq <= last.last + 1 {
                    runs[runs.count - 1] = Run(
                        replica: last.replica, first: last.first, last: max(last.last, dot.seq))
                } else {
                    runs.append(Run(replica: dot.replica, first: dot.seq, last: dot.seq))
                }
            }
            return ScopeRuns(scope: scope, runs: runs)
        }
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter(reservingCapacity: 192)
        out.byte(kind.rawValue)
        out.varint(UInt64(sender.rawValue))
        out.varint(UInt64(receiver.rawValue))
        out.fixed64(receiverKey)
        out.text(office.code)
        out.varint(UInt64(device))
        out.varint(nonce)
        out.varint(number)
        out.zigzag(madeAt)
        out.varint(contents.count)
        for entry in contents {
            out.text(entry.scope.code)
            out.varint(entry.runs.count)
            for run in entry.runs {
                out.varint(UInt64(run.replica.rawValue))
                out.varint(run.first)
                out.varint(run.last)
            }
        }
        out.varint(contentBytes)
        out.byte(claim == nil ? 0 : claim?.incarnation == nil ? 1 : 2)
        if let claim {
            for key in [claim.linkKey, claim.signingKey, claim.proof] { out.raw(key) }
            if let incarnation = claim.incarnation {
                out.varint(UInt64(incarnation.enrolled))
                out.varint(UInt64(incarnation.former))
                out.text(incarnation.reason.rawValue)
            }
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        let tag = try input.byte()
        guard let kind = Kind(rawValue: tag) else {
            throw input.failure(.unknownTag(what: "kind of bundle", UInt64(tag)))
        }
        self.kind = kind
        sender = ReplicaID(try input.uint32("sender"))
        receiver = ReplicaID(try input.uint32("receiver"))
        receiverKey = try input.fixed64()
        office = Scope(try input.name("office"))
        device = try input.uint32("device")
        nonce = try input.varint()
        number = try input.varint()
        madeAt = try input.zigzag()
        contents = []
        for _
            in 0..<(try input.count(
                of: "scopes", limit: SyncLimits.scopesPerNodeMax, bytesEach: 2))
        {
            let scope = Scope(try input.name("scope"))
            guard contents.last.map({ $0.scope < scope }) ?? true else {
                throw input.failure(.notCanonical(what: "scope order"))
            }
            contents.append(ScopeRuns(scope: scope, runs: try Self.runs(reading: &input)))
        }
        contentBytes = try input.varint()
        claim = try Self.claim(reading: &input)
        try input.finish()
    }

    private static func claim(reading input: inout ByteReader) throws(DecodeError) -> Claim? {
        let tag = try input.byte()
        guard tag > 0 else { return nil }
        guard tag < 3 else { throw input.failure(.unknownTag(what: "claim", UInt64(tag))) }
        let keys = (try input.raw(32), try input.raw(32), try input.raw(32))
        var incarnation: EnrolmentRequest.Incarnation?
        if tag == 2 {
            let numbers = (try input.uint32("enrolled"), try input.uint32("former"))
            guard
                let reason = EnrolmentRequest.Incarnation.Reason(
                    rawValue: try input.text("reason"))
            else { throw input.failure(.unknownTag(what: "reason", UInt64(tag))) }
            incarnation = .init(enrolled: numbers.0, former: numbers.1, reason: reason)
        }
        return Claim(
            linkKey: keys.0, signingKey: keys.1, proof: keys.2, incarnation: incarnation)
    }

    private static func runs(reading input: inout ByteReader) throws(DecodeError) -> [Run] {
        var runs: [Run] = []
        for _
            in 0..<(try input.count(
                of: "runs", limit: SyncLimits.vectorEntriesMax, bytesEach: 3))
        {
            let run = Run(
                replica: ReplicaID(try input.uint32("replica")), first: try input.varint(),
                last: try input.varint())
            let isAfter =
                runs.last.map {
                    $0.replica < run.replica || ($0.replica == run.replica && $0.last < run.first)
                } ?? true
            guard run.first > 0, run.first <= run.last, isAfter else {
                throw input.failure(.notCanonical(what: "run"))
            }
            runs.append(run)
        }
        return runs
    }
}
