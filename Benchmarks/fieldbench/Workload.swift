import ChangeStore
import SyncProtocol

/// The changesets of an office as its store holds them: what every candidate does again.
struct Workload {
    let schema: Schema
    let scope: Scope
    /// In the order in which the store applied them.
    let changesets: [Changeset]

    init(of store: ChangeStore) throws {
        schema = store.schema
        scope = store.identity.home
        var known = VersionVector()
        var found: [Changeset] = []
        while let segment = try store.read({ [scope] db in
            try ChangeLog.segment(
                of: scope, lackedBy: known, bytesMax: SyncLimits.segmentBytesTarget, db)
        }) {
            for changeset in segment.changesets {
                known[changeset.dot.replica] = changeset.dot.seq
            }
            found += segment.changesets
        }
        changesets = found
    }

    private init(_ schema: Schema, _ scope: Scope, _ changesets: [Changeset]) {
        self.schema = schema
        self.scope = scope
        self.changesets = changesets
    }

    private func with(_ changesets: [Changeset]) -> Workload {
        Workload(schema, scope, changesets)
    }

    var operationCount: Int { changesets.reduce(0) { $0 + $1.operations.count } }

    /// What one author wrote alone, in its order.
    func written(by author: ReplicaID) -> Workload {
        with(changesets.filter { $0.dot.replica == author })
    }

    var authors: [ReplicaID] { Set(changesets.map(\.dot.replica)).sorted() }

    /// The register: what its author had written when somebody else began.
    var base: Workload {
        guard let first = changesets.first?.dot.replica,
            let other = changesets.first(where: { $0.dot.replica != first })
        else { return self }
        return with(
            changesets.filter { $0.dot.replica == first && $0.dot.seq <= other.context[first] })
    }

    /// Of each author in turn one: two that write at the same time.
    func interleaved(after base: Workload) -> Workload {
        let known = Set(base.changesets.map(\.dot))
        var queues = authors.map { author in
            changesets.filter { $0.dot.replica == author && !known.contains($0.dot) }[...]
        }
        var found: [Changeset] = []
        while queues.contains(where: { !$0.isEmpty }) {
            for index in queues.indices {
                if let next = queues[index].popFirst() { found.append(next) }
            }
        }
        return with(found)
    }

    /// As they travel: pieces of so many canonical bytes, each a segment.
    func segments() -> [Segment] {
        var segments: [Segment] = []
        var piece: [Changeset] = []
        var bytes = 0
        for changeset in changesets {
            let size = changeset.encoded().count
            if !piece.isEmpty, bytes + size > SyncLimits.segmentBytesTarget {
                segments.append(Segment(scope: scope, changesets: piece))
                (piece, bytes) = ([], 0)
            }
            piece.append(changeset)
            bytes += size
        }
        if !piece.isEmpty { segments.append(Segment(scope: scope, changesets: piece)) }
        return segments
    }
}
