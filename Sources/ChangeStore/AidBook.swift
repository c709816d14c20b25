public import GRDB
public import Models
public import SyncProtocol

/// The aid ledgers of one office, added up.
public struct AidBook: Sendable {
    /// An entitlement that was handed out more than once (DOMAIN C11). All are facts.
    public struct DoubleDelivery: Hashable, Sendable {
        public let entitlement: RowID
        public let deliveries: [RowID]
    }

    public let shares: [AidLot: [ReplicaID: AidShare]]
    public let doubles: [DoubleDelivery]

    public func left(of lot: AidLot, at post: ReplicaID) -> Int64 {
        shares[lot]?[post]?.left ?? 0
    }

    public static func read(of scope: Scope, _ db: Database) throws -> AidBook {
        var entries: [AidLot: [AidEntry]] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT a.* FROM aid_allotment a JOIN scope s ON s.id = a.scope WHERE s.code = ?
                """, arguments: [scope.code])
        {
            guard let program = row["program"] as String?, let period = row["period"] as String?
            else { continue }
            entries[AidLot(program, period), default: []].append(
                .allotment(
                    maker: RowID(rawValue: row["id"]).replica, from: post(row["from_post"]),
                    to: post(row["post"]), quantity: row["quantity"] ?? 0))
        }
        var handed: [Int64: [RowID]] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT d.id AS id, d.entitlement AS entitlement,
                    coalesce(d.program, e.program) AS program,
                    coalesce(d.period, e.period) AS period,
                    coalesce(d.quantity, e.quantity, 0) AS quantity,
                    d.override_reason IS NOT NULL AS beyond
                FROM aid_delivery d JOIN scope s ON s.id = d.scope
                LEFT JOIN aid_entitlement e ON e.id = d.entitlement
                WHERE s.code = ? ORDER BY d.at, d.id
                """, arguments: [scope.code])
        {
            let id = RowID(rawValue: row["id"])
            if let entitlement = row["entitlement"] as Int64? {
                handed[entitlement, default: []].append(id)
            }
            guard let program = row["program"] as String?, let period = row["period"] as String?
            else { continue }
            entries[AidLot(program, period), default: []].append(
                .delivery(
                    maker: id.replica, quantity: row["quantity"], isBeyondShare: row["beyond"]))
        }
        for (lot, entry) in try withheld(in: scope, db) { entries[lot, default: []].append(entry) }
        return AidBook(
            shares: entries.mapValues { AidShares.shares(from: $0) },
            doubles: handed.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map {
                DoubleDelivery(entitlement: RowID(rawValue: $0.key), deliveries: $0.value)
            })
    }

    private static func post(_ number: Int64?) -> ReplicaID? {
        number.flatMap { UInt32(exactly: $0) }.map { ReplicaID($0) }
    }

    /// What is withheld left the post all the same: it counts as spent, and reaches nobody.
    private static func withheld(
        in scope: Scope, _ db: Database
    ) throws -> [(AidLot, AidEntry)] {
        let rulings = try Quarantine.rulings(db, scope: scope, onlyInForce: true)
            .filter { $0.clock == nil }
        return try rulings.flatMap { try Quarantine.changesets(of: $0, db) }
            .flatMap(\.changeset.operations).filter { $0.kind == .insert }
            .compactMap { operation in
                guard let row = Inserted(operation) else { return nil }
                return try row.spending(db)
            }
    }
}

/// A row as its first operation made it.
private struct Inserted {
    let table: Table
    let operation: RowOperation

    init?(_ operation: RowOperation) {
        guard let table = Domain.schema.table(operation.table) else { return nil }
        self.table = table
        self.operation = operation
    }

    private subscript(_ column: String) -> Value {
        table.column(named: column).flatMap { operation.value(of: $0.id) } ?? .null
    }

    func spending(_ db: Database) throws -> (AidLot, AidEntry)? {
        let maker = operation.row.replica
        switch table.name {
        case "aid_allotment":
            guard let lot = lot(), self["from_post"].integer == Int64(maker.rawValue),
                let quantity = self["quantity"].integer
            else { return nil }
            return (
                lot, .allotment(maker: maker, from: maker, to: nil, quantity: quantity)
            )
        case "aid_delivery":
            let entitled = try Row.fetchOne(
                db, sql: "SELECT program, period, quantity FROM aid_entitlement WHERE id = ?",
                arguments: [self["entitlement"].integer])
            let known = entitled.flatMap { row in
                (row["program"] as String?).flatMap { program in
                    (row["period"] as String?).map { AidLot(program, $0) }
                }
            }
            guard let lot = lot() ?? known,
                let quantity = self["quantity"].integer ?? entitled?["quantity"]
            else { return nil }
            return (
                lot,
                .delivery(
                    maker: maker, quantity: quantity,
                    isBeyondShare: !self["override_reason"].isNull)
            )
        default: return nil
        }
    }

    private func lot() -> AidLot? {
        guard let program = self["program"].text, let period = self["period"].text else {
            return nil
        }
        return AidLot(program, period)
    }
}
