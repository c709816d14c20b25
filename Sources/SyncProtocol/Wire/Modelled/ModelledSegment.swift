private import Crypto

// A modelled segment, as it travels (`SegmentModel.swift` says how it is coded).
//
//   4 bytes   check: the first of the SHA-256 over the changesets' canonical forms and pasts
//   bytes     to the end: coded (`BitCoder.finished`)
//
// Whoever learned another history reads something else, and sees it by the check.

extension Segment {
    /// - Parameter history: what both sides hold of the scope, learned first; in an order that both
    ///   know, each author's in the order of its numbers.
    /// - Throws: ``DecodeError`` when numbers fall; nothing else is known to.
    public func modelled(after history: [Changeset] = []) throws(DecodeError) -> [UInt8] {
        var model = try SegmentModel.Running(scope, after: history)
        return try model.write(self)
    }

    /// Total: any bytes give a segment or a ``DecodeError``.
    public init(
        modelled bytes: [UInt8], scope: Scope, after history: [Changeset] = []
    ) throws(DecodeError) {
        var model = try SegmentModel.Running(scope, after: history)
        self = try model.read(bytes)
    }
}

extension SegmentModel {
    /// A model between two segments: each one is foreseen from all before it.
    public struct Running: Sendable {
        private var model: SegmentModel

        public var scope: Scope { model.scope }

        /// - Throws: ``DecodeError`` when an author's numbers fall: then there is no such history.
        public init(_ scope: Scope, after history: [Changeset]) throws(DecodeError) {
            model = SegmentModel(
                scope: scope, symbols: SymbolCoder(BitCoder(.learning), budget: 0))
            for changeset in history { _ = try model.changeset(changeset) }
        }

        /// - Precondition: the segment is of the model's scope.
        /// - Throws: ``DecodeError`` for what could not be read; the model is of no use any more.
        public mutating func write(_ segment: Segment) throws(DecodeError) -> [UInt8] {
            precondition(segment.scope == scope)
            return try model.write(segment)
        }

        /// After an error the model is of no use any more.
        public mutating func read(_ bytes: [UInt8]) throws(DecodeError) -> Segment {
            try model.read(bytes)
        }
    }

    private static let checkBytes = 4
    /// Even a month of equal letters does not come to this.
    private static let growthMax = 4_096

    private mutating func write(_ segment: Segment) throws(DecodeError) -> [UInt8] {
        begin(BitCoder(.writing), budget: 0)
        _ = symbols.number(UInt64(segment.changesets.count), .head, [19])
        for changeset in segment.changesets {
            let past = segment.pasts[changeset.dot.replica]?.chain ?? .unknown
            _ = try self.changeset(changeset, past: past)
        }
        return Self.check(segment.changesets, pasts) + symbols.coder.finished()
    }

    private mutating func read(_ bytes: [UInt8]) throws(DecodeError) -> Segment {
        guard bytes.count >= Self.checkBytes else {
            throw DecodeError(.truncated, at: bytes.count)
        }
        begin(
            BitCoder(reading: Array(bytes.dropFirst(Self.checkBytes))),
            budget: min(
                SyncLimits.segmentGrownBytesMax, 65_536 + Self.growthMax * bytes.count))
        let count = symbols.number(nil, .head, [19])
        guard count <= UInt64(SyncLimits.changesetsPerSegmentMax) else {
            throw symbols.failure(.tooLarge(what: "changesets"))
        }
        var changesets: [Changeset] = []
        for _ in 0..<Int(count) {
            try symbols.spend(16)
            let changeset = try changeset(nil)
            guard changeset.fitsCanonicalLimit else {
                throw symbols.failure(.tooLarge(what: "changeset"))
            }
            changesets.append(changeset)
        }
        guard symbols.coder.overrun == 0 else { throw symbols.failure(.truncated) }
        guard symbols.coder.isExact else {
            throw symbols.failure(.notCanonical(what: "end of a segment"))
        }
        guard Array(bytes.prefix(Self.checkBytes)) == Self.check(changesets, pasts) else {
            throw DecodeError(.notCanonical(what: "segment after another history"), at: 0)
        }
        return Segment(scope: scope, changesets: changesets, pasts: pasts)
    }

    /// Told pasts only of authors that stand in the segment, so what is read is what was written.
    private static func check(
        _ changesets: [Changeset], _ pasts: [ReplicaID: ChainPast]
    ) -> [UInt8] {
        var hash = SHA256()
        for changeset in changesets { hash.update(data: changeset.encoded()) }
        for (_, past) in pasts.sorted(by: { $0.key < $1.key }) {
            hash.update(data: past.chain.bytes)
        }
        return Array(hash.finalize().prefix(checkBytes))
    }
}
