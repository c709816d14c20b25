import ChangeStore
import EdgeNode
import SyncProtocol

enum SentIsDurable: ReopenInvariant {
    static let name = "S3"
    static let sentence = "what a PC has sent, no power cut takes from it"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let edge = machine as? SimEdge, !edge.lies, !edge.isCopied,
            let store = edge.store, edge.watch.sent.replica == store.identity.replica
        else { return nil }
        let held = edge.watch.vectors[edge.home]?[edge.watch.sent.replica] ?? 0
        guard held < edge.watch.sent.seq else { return nil }
        return "it said up to \(edge.watch.sent), and holds up to \(held)"
    }
}

enum AcknowledgedIsDurable: ReopenInvariant {
    static let name = "S4"
    static let sentence = "what the centre acknowledged is on its disk"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let hub = machine as? SimHub, !hub.lies, !hub.wasRestored else { return nil }
        for edge in world.edges where !edge.isCopied && !edge.lies {
            guard let store = edge.store else { continue }
            let believed: [Scope: VersionVector]
            do {
                believed = try store.read { try PeerVectors.all(of: "hub", $0) }
            } catch  where edge.disk.isDead || !edge.diskFaults.isEmpty {
                // The PC's own disk fails to read: nothing is said about the centre's.
                continue
            }
            for (scope, vector) in believed.sorted(by: { $0.key < $1.key }) {
                let held = hub.watch.vectors[scope] ?? VersionVector()
                guard !held.covers(vector) else { continue }
                return "\(edge.name) was told of \(vector.entries) in \(scope); the centre holds "
                    + "\(held.entries)"
            }
        }
        return nil
    }
}

enum RecordedStays: ReopenInvariant {
    static let name = "S6"
    static let sentence = "what people were told is recorded is there, in its order"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let edge = machine as? SimEdge, !edge.lies, !edge.isCopied, let store = edge.store
        else { return nil }
        // What it wrote under a former number may have built on what the centre refused of a copy:
        // then it was recorded anew, and the end tells whether all is there.
        let isAnewPossible = !world.universe.copied.isEmpty
        for told in edge.told where !told.isExcused {
            if isAnewPossible, told.dot.replica != store.identity.replica { continue }
            let held = edge.watch.vectors[edge.home]?[told.dot.replica] ?? 0
            guard held < told.dot.seq else { continue }
            return "op.\(told.serial), recorded as \(told.dot), is gone: \(held) is the last"
        }
        return nil
    }
}

enum StoreIsSound: ReopenInvariant {
    static let name = "S23"
    static let sentence = "SQLite finds nothing wrong with the file"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let store = machine.store, machine.diskFaults.isEmpty else { return nil }
        return try store.integrityProblems().first
    }
}

enum VectorIsApplied: ReopenInvariant {
    static let name = "S5"
    static let sentence = "a vector says what the log holds, not more"

    static func fault(at machine: Machine, _ world: World) throws -> String? {
        guard let store = machine.store, !machine.lies else { return nil }
        for (scope, vector) in try store.read({ try ChangeLog.vectors($0) })
        where vector != machine.watch.vectors[scope] ?? VersionVector() {
            return "\(scope): the vector says \(vector.entries), the log holds "
                + "\(machine.watch.vectors[scope]?.entries ?? [])"
        }
        return nil
    }
}
