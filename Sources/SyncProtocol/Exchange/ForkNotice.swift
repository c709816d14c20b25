// What the answering side says of a caller whose past is not the one it knows: answer field 9.
//
//   varint n; n × (text scope; varint held; varint n; n × 4 bytes)
//
// `held` is the last seq that the answering side holds of the caller; the pasts are its chains
// before held + 1, held, held − 1, …

/// Tells a caller that its store is a copy, or was put back from one (SYNC §4, *Fork*).
public struct ForkNotice: Hashable, Sendable {
    public let scope: Scope
    /// The last `seq` of the caller that is held at the other side.
    public let held: UInt64
    /// The chain before `held + 1`, before `held`, and so on down.
    public let pasts: [ShortChain]

    /// Enough for a year of a busy PC; further down the whole past is taken for another one.
    public static let pastsMax = 16_384

    public init(scope: Scope, held: UInt64, pasts: [ShortChain]) {
        self.scope = scope
        self.held = held
        self.pasts = pasts
    }

    /// The last `seq` that both pasts have in common.
    ///
    /// - Parameter own: the caller's chain before a `seq`; nil where it does not know it.
    /// - Returns: nil when they part before what the notice tells.
    public func lastCommon(_ own: (UInt64) throws -> ShortChain?) rethrows -> UInt64? {
        var before = held + 1
        for past in pasts {
            if try own(before) == past { return before - 1 }
            guard before > 1 else { return 0 }
            before -= 1
        }
        return nil
    }

    public static func encode(_ notices: [ForkNotice]) -> [UInt8] {
        var out = ByteWriter()
        out.list(notices) { out, notice in notice.encode(to: &out) }
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [ForkNotice] {
        var input = ByteReader(bytes)
        var notices: [ForkNotice] = []
        let count = try input.count(
            of: "forks", limit: SyncLimits.scopesPerNodeMax, bytesEach: 3)
        for _ in 0..<count { notices.append(try ForkNotice(reading: &input)) }
        try input.finish()
        return notices
    }

    func encode(to out: inout ByteWriter) {
        out.text(scope.code)
        out.varint(held)
        out.list(pasts) { $0.raw($1.bytes) }
    }

    init(reading input: inout ByteReader) throws(DecodeError) {
        let scope = Scope(try input.name("scope"))
        let held = try input.varint()
        guard held < UInt64.max else { throw input.failure(.tooLarge(what: "seq")) }
        var pasts: [ShortChain] = []
        for _ in 0..<(try input.count(of: "pasts", limit: Self.pastsMax, bytesEach: 4)) {
            pasts.append(try ShortChain(reading: &input))
        }
        self.init(scope: scope, held: held, pasts: pasts)
    }
}
