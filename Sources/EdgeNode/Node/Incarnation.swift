import ChangeStore
import Foundation
import SyncProtocol

/// Whether a store may go on writing under its number, and how it takes another (SYNC §1).
///
/// Rule: a store in doubt takes a new number before its next write. Why: a restored, copied or
/// cloned store would give dots away a second time. What if not: one of two changes with one name
/// is lost for good, in silence.
///
/// The new number and keys of its own are first written into the device file, then the store
/// switches: an interruption in between is finished at the next opening.
struct Incarnation {
    typealias Reason = EnrolmentRequest.Incarnation.Reason

    let folder: NodeFolder
    let store: ChangeStore

    /// Looks at an opened store; takes a new number when there is doubt.
    func settle(_ device: inout DeviceFile) throws {
        guard device.enrolment.office == store.identity.home.code else {
            throw EdgeFault.foreignStore(path: store.path, office: store.identity.home.code)
        }
        let here = Whereabouts.of(store.path, on: folder.volume)
        let known = try store.read { try StoreInfo.text(Whereabouts.key, $0) }
        if device.enrolment.replica != store.identity.replica.rawValue {
            let isBegun = device.incarnation?.former == store.identity.replica.rawValue
            guard isBegun, known == nil || known == device.leaving else {
                return try take(.moved, &device)
            }
            return try begin(device)
        }
        if try store.read({ try StoreInfo.integer(StoreBackup.restoredFromKey, $0) }) != nil {
            return try take(.restored, &device)
        }
        if let known, known != here { return try take(.moved, &device) }
        let own = store.identity.replica
        if let witness = Witness.load(from: folder), witness.replica == own.rawValue,
            try store.read({ try ChangeLog.vector(of: store.identity.home, $0)[own] })
                < witness.said
        {
            return try take(.tailLost, &device)
        }
        if known == nil {
            try store.bookkeeping { try StoreInfo.set(Whereabouts.key, here, $0) }
        }
    }

    /// Takes a new number.
    /// - Parameter common: for each scope the last `seq` that the hub has too, where pasts part.
    func take(
        _ reason: Reason, keeping common: [Scope: [ReplicaID: UInt64]] = [:],
        _ device: inout DeviceFile
    ) throws {
        let root = device.incarnation?.enrolled ?? device.enrolment.replica
        var next = DeviceFile(enrolment: device.enrolment, in: folder.surroundings)
        next.enrolment.replica = folder.surroundings.random(in: 0x8000_0000 ... .max)
        next.incarnation = .init(
            enrolled: root, former: store.identity.replica.rawValue, reason: reason)
        next.leaving = try store.read { try StoreInfo.text(Whereabouts.key, $0) }
        next.common = common.reduce(into: [:]) { file, scope in
            for (author, seq) in scope.value {
                file[scope.key.code, default: [:]][String(author.rawValue)] = seq
            }
        }
        try next.save(to: folder)
        device = next
        try begin(device)
    }

    private func begin(_ device: DeviceFile) throws {
        let reason = device.incarnation?.reason ?? .moved
        let common = (device.common ?? [:]).reduce(into: [Scope: [ReplicaID: UInt64]]()) {
            for (author, seq) in $1.value {
                guard let number = UInt32(author) else { continue }
                $0[Scope($1.key), default: [:]][ReplicaID(number)] = seq
            }
        }
        try store.begin(
            incarnation: ReplicaID(device.enrolment.replica), because: reason.rawValue,
            keeping: common, atHub: try atHub(), now: folder.now()
        ) { db in
            // The shares of letter numbers are the old number's: whoever else has it spends them.
            try LetterNumbers.dropGrants(db)
            try LocalTables.forget(db)
            try StoreInfo.remove(StoreBackup.restoredFromKey, db)
            try StoreInfo.set(Whereabouts.key, Whereabouts.of(store.path, on: folder.volume), db)
        }
    }

    /// What the hub said of this store's past, and of others' that neighbours passed on.
    ///
    /// When all that the hub holds is here too, another exchange of this store was merely faster
    /// (`sync` beside `serve`); then nothing is wrong.
    ///
    /// - Returns: whether a new number was taken.
    func heed(
        _ forks: [ForkNotice], _ others: [OtherFork] = [], _ device: inout DeviceFile
    ) throws -> Bool {
        let own = store.identity.replica
        guard own.rawValue == device.enrolment.replica else {
            // Another program has taken a number meanwhile.
            device = try DeviceFile.load(from: folder)
            return false
        }
        var common: [Scope: [ReplicaID: UInt64]] = [:]
        for fork in others where fork.author != own {
            let last = try lastCommon(with: fork.notice, of: fork.author)
            common[fork.notice.scope, default: [:]][fork.author] = last
        }
        let foreign = common
        for (scope, last) in try store.ownEnds(without: foreign) {
            common[scope, default: [:]][own] = last
        }
        for fork in forks {
            let last = try lastCommon(with: fork, of: own)
            guard last < fork.held else { continue }
            let known = common[fork.scope]?[own] ?? .max
            common[fork.scope, default: [:]][own] = min(last, known)
        }
        let mine = common.compactMapValues { $0[own] }
        if mine.isEmpty {
            try store.letGo(of: foreign, atHub: try atHub(), now: folder.now())
        } else {
            let isBehind = try store.read { db in
                try mine.allSatisfy { try ChangeLog.vector(of: $0.key, db)[own] == $0.value }
            }
            try take(isBehind ? .restored : .diverged, keeping: common, &device)
        }
        try store.bookkeeping { db in
            for fork in others {
                try UnprovenPasts.settle(fork.notice.scope, fork.author, db)
            }
        }
        return !mine.isEmpty
    }

    /// What a mate said of this store's past: another store wrote under the number, so this one
    /// writes no more under it.
    ///
    /// Rule: nothing is taken out. Why: what the hub holds may be what is here, and what the mate
    /// holds may be what the hub refuses. The hub is told this store's former past, and says.
    ///
    /// - Returns: whether a new number was taken.
    func heed(mate forks: [ForkNotice], _ device: inout DeviceFile) throws -> Bool {
        let own = store.identity.replica
        guard own.rawValue == device.enrolment.replica else {
            device = try DeviceFile.load(from: folder)
            return false
        }
        let parted = try forks.filter { try lastCommon(with: $0, of: own) < $0.held }
        guard !parted.isEmpty else { return false }
        let isBehind = try parted.allSatisfy { fork in
            try store.read { try ChangeLog.vector(of: fork.scope, $0)[own] }
                == lastCommon(with: fork, of: own)
        }
        try take(isBehind ? .restored : .diverged, &device)
        return true
    }

    private func atHub() throws -> [Scope: VersionVector] {
        try store.read { try PeerVectors.all(of: EdgeNode.hubPeer, $0) }
    }

    /// The last change of an author that is here and at the hub.
    private func lastCommon(with fork: ForkNotice, of author: ReplicaID) throws -> UInt64 {
        try store.read { db in
            let held = try ChangeLog.vector(of: fork.scope, db)[author]
            // Where the log does not reach, what the hub acknowledged is common.
            let acknowledged = try PeerVectors.all(of: EdgeNode.hubPeer, db)[fork.scope]?[author]
            let told = try fork.lastCommon { seq in
                try ChangeLog.past(of: Dot(author, seq), in: fork.scope, db)
            }
            return min(told ?? min(acknowledged ?? 0, fork.held), held)
        }
    }
}
