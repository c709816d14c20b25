import ChangeStore
import GRDB
public import Models
public import SyncProtocol

/// Handing out aid from this PC's own share, so that two posts without a line cannot hand out more
/// than was allotted (``AidShares``).
extension Office {
    func aidBook() throws -> AidBook { try store.read { try AidBook.read(of: scope, $0) } }

    /// Hands out what somebody is entitled to.
    ///
    /// Fields: `quantity` (the entitlement's when empty), `recipient` (a resident's row),
    /// `evidence`, `warehouse`, and `override_reason` where more is handed out than the share has.
    /// - Returns: what is left of the share.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func handOutAid(
        _ entitlement: RowID, _ entries: Entries, by staff: Staff
    ) throws -> Int64 {
        try record(as: staff, "aid.deliver") { recording in
            let (entitled, known, book) = try recording.read { db in
                (
                    try require("aid_entitlement", entitlement, db),
                    try all(
                        "aid_delivery", where: "t.entitlement = ?", [entitlement.rawValue],
                        orderBy: "t.at", db),
                    try AidBook.read(of: scope, db)
                )
            }
            if let first = known.first {
                throw OfficeFault.aidHandedOut(at: first["at"].integer ?? 0)
            }
            try requireHandOut(entitled, staff)
            var reader = EntryReader(entries)
            let delivery = schema.table(named: "aid_delivery")
            var values = ["evidence", "warehouse", "override_reason"].map {
                ($0, reader.value($0, as: delivery?.column(named: $0)))
            }
            let recipient = reader.value("recipient", as: delivery?.column(named: "recipient"))
            if let row = recipient.integer,
                try recording.read({ try find("resident", RowID(rawValue: row), $0) }) == nil
            {
                reader.refuse("recipient", .nobodyChosen)
            }
            let typed = reader.value("quantity", as: delivery?.column(named: "quantity"))
            let quantity = typed.integer ?? entitled["quantity"].integer
            if !AidShares.isCounted(quantity ?? 0) { reader.refuse("quantity", .notANumber) }
            try reader.finish()
            guard let quantity, let program = entitled.text("program"),
                let period = entitled.text("period")
            else { throw OfficeFault.refused([FieldProblem("quantity", .notANumber)]) }

            let left = book.left(
                of: AidLot(program, period), at: store.identity.replica)
            let isWithin = quantity <= left
            if isWithin {
                values.removeAll { $0.0 == "override_reason" }
            } else if entries["override_reason"].isEmpty {
                throw OfficeFault.aidShareUsed(left: max(0, left))
            }
            values += [
                ("entitlement", .integer(entitlement.rawValue)), ("recipient", recipient),
                ("at", .integer(clock())), ("quantity", .integer(quantity)),
                ("program", .text(program)), ("period", .text(period)),
            ]
            try recording.insert("aid_delivery", values.filter { !$0.1.isNull })
            try recording.update("aid_entitlement", entitlement, [("state", "delivered")])
            return isWithin ? left - quantity : left
        }
    }

    /// Passes a part of this PC's share to another PC of the office. It may be spent there as soon as
    /// it has arrived, and here no more.
    /// - Throws: ``OfficeFault``.
    public func passAid(
        _ lot: AidLot, to post: ReplicaID, quantity: Int64, reason: String, by staff: Staff
    ) throws {
        try staff.require(oneOf: Self.aidRoles)
        let me = store.identity.replica
        guard AidShares.isCounted(quantity) else {
            throw OfficeFault.refused([FieldProblem("quantity", .notANumber)])
        }
        try record(as: staff, "aid.pass") { recording in
            let (left, taker) = try recording.read { db in
                (
                    try AidBook.read(of: scope, db).left(of: lot, at: me),
                    try PeerBook.find(post, db)
                )
            }
            // A mistyped number would swallow the aid.
            guard taker?.office == scope, post != me else {
                throw OfficeFault.refused([FieldProblem("post", .notAChoice)])
            }
            guard quantity <= left else { throw OfficeFault.aidShareUsed(left: max(0, left)) }
            try recording.insert(
                "aid_allotment",
                [
                    ("program", .text(lot.program)), ("period", .text(lot.period)),
                    ("post", .integer(Int64(post.rawValue))),
                    ("from_post", .integer(Int64(me.rawValue))),
                    ("quantity", .integer(quantity)), ("at", .integer(clock())),
                ] + (reason.trimmed.isEmpty ? [] : [("reason", .text(reason.trimmed))]))
        }
    }

    /// Who hands out (DOMAIN §2).
    private static let aidRoles: [Role] = [.sectionHead, .secretary, .villageHead]

    private func requireHandOut(_ entitled: RegisterRow, _ staff: Staff) throws {
        let from = entitled.text("state")
        switch Workflow.check(
            table: "aid_entitlement", from: from, to: "delivered", role: staff.role)
        {
        case .allowed where from != "delivered": return
        case .wrongRole(let allowed): throw OfficeFault.notAllowed(allowed)
        case .allowed, .refused, .noWorkflow: throw OfficeFault.wrongState(from ?? "")
        }
    }
}
