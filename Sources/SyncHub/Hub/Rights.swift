import ChangeStore
import GRDB
import Models
import SyncProtocol

/// Who may do what at the hub.
extension Hub {
    /// A district has no register of its own; a node that is enrolled for it is a relay.
    static func isDistrict(_ home: Scope) -> Bool {
        Regions.region(code: home.code)?.kind == .district
    }

    /// What a node may write on its own word, and what it may read.
    ///
    /// An office: itself, and the reference data. A relay: its villages, and nothing of its own;
    /// what it brings of them is proven by its authors (``RelayPart``).
    func rights(
        of home: Scope, _ db: Database
    ) throws -> (writes: Set<Scope>, reads: Set<Scope>) {
        guard Self.isDistrict(home) else { return ([home], [home, regency]) }
        let villages = try NodeRegistry.offices(in: home, db).union(
            ChangeLog.vectors(db).map(\.scope).filter { $0.isWithin(home) })
        return ([], villages.union([regency]))
    }
}
