// Pasts of authors other than the two who speak.
//
//   hello field 7    varint n; n × (text scope; varint author; varint seq; 4 bytes head)
//   answer field 12  varint n; n × (varint author; fork notice, as in answer field 9)
//   answer field 13  as hello field 7: of those claimed, whose past is shorter at the answering side
//
// `head` is the author's chain after `seq`.

/// What one side believes of an author's past, for the other to compare.
public struct PastClaim: Hashable, Sendable {
    public let scope: Scope
    public let author: ReplicaID
    public let seq: UInt64
    /// The author's chain after `seq`.
    public let head: ShortChain

    /// In one hello; the rest is told next time.
    public static let countMax = 512

    public init(scope: Scope, author: ReplicaID, seq: UInt64, head: ShortChain) {
        self.scope = scope
        self.author = author
        self.seq = seq
        self.head = head
    }

    public static func encode(_ claims: [PastClaim]) -> [UInt8] {
        var out = ByteWriter()
        out.list(claims) { out, claim in
            out.text(claim.scope.code)
            out.varint(UInt64(claim.author.rawValue))
            out.varint(claim.seq)
            out.raw(claim.head.bytes)
        }
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [PastClaim] {
        var input = ByteReader(bytes)
        var claims: [PastClaim] = []
        for _ in 0..<(try input.count(of: "pasts", limit: countMax, bytesEach: 7)) {
            let scope = Scope(try input.name("scope"))
            let author = ReplicaID(try input.uint32("author"))
            let seq = try input.varint()
            guard seq < UInt64.max else { throw input.failure(.tooLarge(what: "seq")) }
            claims.append(
                PastClaim(
                    scope: scope, author: author, seq: seq, head: try ShortChain(reading: &input)))
        }
        try input.finish()
        return claims
    }
}

/// Tells a caller that what a neighbour gave it of an author is not the past known here.
public struct OtherFork: Hashable, Sendable {
    public let author: ReplicaID
    public let notice: ForkNotice

    public init(author: ReplicaID, notice: ForkNotice) {
        self.author = author
        self.notice = notice
    }

    public static func encode(_ forks: [OtherFork]) -> [UInt8] {
        var out = ByteWriter()
        out.list(forks) { out, fork in
            out.varint(UInt64(fork.author.rawValue))
            fork.notice.encode(to: &out)
        }
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [OtherFork] {
        var input = ByteReader(bytes)
        var forks: [OtherFork] = []
        for _ in 0..<(try input.count(of: "forks", limit: PastClaim.countMax, bytesEach: 4)) {
            forks.append(
                OtherFork(
                    author: ReplicaID(try input.uint32("author")),
                    notice: try ForkNotice(reading: &input)))
        }
        try input.finish()
        return forks
    }
}
