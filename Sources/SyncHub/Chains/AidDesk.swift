import ChangeStore
import GRDB
import Models
import SyncProtocol

/// The social agency's desk at the hub: allots aid to the posts of an office (``AidShares``).
struct AidDesk {
    let hub: Hub
    let by: String
    let now: Int64

    /// Gives a post a share, or more of it.
    func allot(_ lot: AidLot, quantity: Int64, to post: ReplicaID, of office: String) throws {
        try require(post, of: office, isGone: false)
        guard AidShares.isCounted(quantity) else {
            throw HubFault.aidRefused("a quantity is from 1 to \(AidShares.quantityMax)")
        }
        try hub.store.record(
            as: Author(by, .agency), "aid.allot", in: Scope(office), now: now
        ) { recording in
            let knows = try recording.read { db in
                try HubRow.all("aid_program", where: "t.code = ?", [lot.program], db).first != nil
            }
            guard knows else {
                throw HubFault.aidRefused("there is no aid programme \(lot.program)")
            }
            try recording.insert("aid_allotment", values(lot, nil, post, quantity, nil))
        }
    }

    /// Hands what a PC that is gone had left to another one of the office.
    /// - Returns: how much of each lot.
    func recover(
        from old: ReplicaID, to post: ReplicaID, of office: String, reason: String
    ) throws -> [(lot: AidLot, quantity: Int64)] {
        try require(old, of: office, isGone: true)
        try require(post, of: office, isGone: false)
        return try hub.store.record(
            as: Author(by, .agency), "aid.recover", in: Scope(office), now: now
        ) { recording in
            let book = try recording.read { try AidBook.read(of: Scope(office), $0) }
            let lots = book.shares.compactMap { lot, posts in
                posts[old].map { (lot: lot, quantity: $0.left) }
            }.filter { $0.quantity > 0 }.sorted { $0.lot < $1.lot }
            guard !lots.isEmpty else {
                throw HubFault.aidRefused("replica \(old.rawValue) has nothing left")
            }
            for (lot, quantity) in lots {
                try recording.insert("aid_allotment", values(lot, old, post, quantity, reason))
            }
            return lots
        }.result
    }

    private func values(
        _ lot: AidLot, _ from: ReplicaID?, _ to: ReplicaID, _ quantity: Int64, _ reason: String?
    ) -> [(String, Value)] {
        let all: [(String, Value?)] = [
            ("program", .text(lot.program)), ("period", .text(lot.period)),
            ("post", .integer(Int64(to.rawValue))),
            ("from_post", from.map { .integer(Int64($0.rawValue)) }),
            ("quantity", .integer(quantity)), ("reason", reason.map { .text($0) }),
            ("at", .integer(now)),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    private func require(_ post: ReplicaID, of office: String, isGone: Bool) throws {
        guard let node = try hub.store.read({ try NodeRegistry.find(post, $0) }),
            node.office == Scope(office)
        else {
            throw HubFault.aidRefused(
                "replica \(post.rawValue) is not a PC of \(office): see 'synchub replicas'")
        }
        let hasGone = node.state == .retired || node.state == .superseded
        guard hasGone == isGone else {
            throw HubFault.aidRefused(
                isGone
                    ? "replica \(post.rawValue) may still hand out what it has: retire it first "
                        + "('synchub retire')"
                    : "replica \(post.rawValue) is not in use any more")
        }
    }
}
