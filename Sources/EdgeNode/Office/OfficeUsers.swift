import ChangeStore
import GRDB
import Models
public import SyncProtocol

/// Who may sign in at this office. Works without any network.
///
/// Users are rows of the office's own scope, so all its PCs know them. Wrong tries are counted on
/// each PC alone: a lock that travelled would let anybody lock out a whole office.
public struct OfficeUsers: Sendable {
    public static let passwordMinimum = 8
    static let triesMax = 5
    static let lockMilliseconds: Int64 = 5 * 60_000

    let office: Office
    let cost: Credential.Cost

    public init(_ office: Office) { self.init(office, cost: .standard) }

    init(_ office: Office, cost: Credential.Cost) {
        self.office = office
        self.cost = cost
    }

    /// Whether the office never had a user. Disabled ones count, or disabling everybody would
    /// open the set-up page again.
    public func isEmpty() throws -> Bool { try all().isEmpty }

    public struct Entry: Sendable {
        public let staff: Staff
        public let isDisabled: Bool
    }

    public func all() throws -> [Entry] {
        try office.store.read { db in
            try office.all("office_user", orderBy: "t.name, t.id", db).compactMap { record in
                staff(record).map {
                    Entry(staff: $0, isDisabled: !record["disabled_at"].isNull)
                }
            }
        }
    }

    /// The user as they are now; nil once disabled.
    public func find(_ id: RowID) throws -> Staff? {
        try all().first { $0.staff.id == id && !$0.isDisabled }?.staff
    }

    private func staff(_ record: RegisterRow) -> Staff? {
        guard let name = record.text("name"),
            let role = record.text("role").flatMap(Role.init(code:))
        else { return nil }
        return Staff(
            id: record.id, name: name, fullName: record.text("full_name") ?? name, role: role,
            title: record.text("title"))
    }

    // MARK: - Adding and disabling

    /// Makes a user.
    /// - Parameter author: nil from the command line and for the very first user.
    /// - Throws: ``OfficeFault``.
    @discardableResult
    public func add(
        _ name: String, fullName: String, role: Role, password: String, title: String? = nil,
        by author: Staff? = nil
    ) throws -> RowID {
        if let author { try author.require(oneOf: Role.deciders) }
        let name = name.lowercased()
        let fullName = fullName.trimmed
        var problems: [FieldProblem] = []
        if !Self.isUserName(name) { problems.append(FieldProblem("name", .badUserName)) }
        if fullName.isEmpty { problems.append(FieldProblem("full_name", .missing)) }
        if !Role.ofVillage.contains(role) { problems.append(FieldProblem("role", .notAChoice)) }
        if password.count < Self.passwordMinimum {
            problems.append(
                FieldProblem("password", .passwordTooShort(minimum: Self.passwordMinimum)))
        }
        guard problems.isEmpty else { throw OfficeFault.refused(problems) }
        let credential = try Credential(password: password, cost: cost).text
        return try office.store.record(
            as: author?.author ?? Author("setup", .system), "user.add", now: office.clock()
        ) { recording in
            let taken = try recording.read {
                try office.all(
                    "office_user", where: "t.name = ? AND t.disabled_at IS NULL", [name], $0)
            }
            guard taken.isEmpty else { throw OfficeFault.nameTaken(name) }
            return try recording.insert(
                "office_user",
                [
                    ("office", .text(office.scope.code)), ("name", .text(name)),
                    ("full_name", .text(fullName)), ("role", .text(role.code)),
                    ("credential", .text(credential)),
                    ("title", title.map { .text($0) } ?? .null),
                ])
        }.result
    }

    /// Makes the office's first user, its secretary.
    /// - Throws: ``OfficeFault/usersExistAlready`` and what ``add(_:fullName:role:password:)`` throws.
    public func addFirst(_ name: String, fullName: String, password: String) throws {
        guard try isEmpty() else { throw OfficeFault.usersExistAlready }
        try add(name, fullName: fullName, role: .secretary, password: password)
    }

    /// From now on the user cannot sign in.
    public func disable(_ name: String, by author: Staff? = nil) throws {
        if let author { try author.require(oneOf: Role.deciders) }
        let found = try all().filter { $0.staff.name == name.lowercased() && !$0.isDisabled }
        guard !found.isEmpty else { throw OfficeFault.notFound }
        // From the screens nobody may lock the office out; central IT has the command line.
        if author != nil, try !deciderRemains(without: found.map(\.staff.id)) {
            throw OfficeFault.lastDecider
        }
        try office.store.record(
            as: author?.author ?? Author("setup", .system), "user.disable", now: office.clock()
        ) { recording in
            for user in found {
                try recording.update(
                    "office_user", user.staff.id, [("disabled_at", .integer(office.clock()))])
            }
        }
    }

    private func deciderRemains(without leaving: [RowID]) throws -> Bool {
        try all().contains {
            !$0.isDisabled && Role.deciders.contains($0.staff.role)
                && !leaving.contains($0.staff.id)
        }
    }

    /// Lower case letters, digits, dot and hyphen: easy to type and to read out.
    static func isUserName(_ name: String) -> Bool {
        (2...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }

    // MARK: - Signing in

    /// - Throws: ``OfficeFault/signInRefused(triesLeft:)`` or ``OfficeFault/lockedOut(until:)``.
    public func signIn(_ name: String, password: String) throws -> Staff {
        // What was typed for a name may be long; as a key of our table it must not be.
        let name = String(name.lowercased().trimmed.prefix(64))
        try checkLock(name)
        let candidates = try office.store.read {
            try office.all(
                "office_user", where: "t.name = ? AND t.disabled_at IS NULL", [name], $0)
        }
        // Always one derivation, so that time does not tell which names exist.
        if candidates.isEmpty { _ = try Credential(password: password, cost: cost) }
        for record in candidates {
            guard let staff = staff(record),
                let credential = record.text("credential").flatMap(Credential.init),
                try credential.matches(password)
            else { continue }
            try forgetFailures(name)
            return staff
        }
        throw try noteFailure(name)
    }

    private func checkLock(_ name: String) throws {
        let until = try office.store.read {
            try Int64.fetchOne(
                $0, sql: "SELECT locked_until FROM local_sign_in WHERE name = ?",
                arguments: [name])
        }
        // A clock that was set back must not lock for years.
        if let until, until > office.clock(), until <= office.clock() + Self.lockMilliseconds {
            throw OfficeFault.lockedOut(until: until)
        }
    }

    private func noteFailure(_ name: String) throws -> OfficeFault {
        try office.store.bookkeeping { db in
            let before = try Int.fetchOne(
                db, sql: "SELECT failures FROM local_sign_in WHERE name = ?", arguments: [name])
            let failures = (before ?? 0) + 1
            let isLocked = failures >= Self.triesMax
            let until = isLocked ? office.clock() + Self.lockMilliseconds : 0
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO local_sign_in (name, failures, locked_until)
                    VALUES (?, ?, ?)
                    """, arguments: [name, isLocked ? 0 : failures, until])
            // Made-up names must not fill the disk.
            try db.execute(
                sql: """
                    DELETE FROM local_sign_in WHERE locked_until < ? AND
                    (SELECT count(*) FROM local_sign_in) > 1000 AND name <> ?
                    """, arguments: [office.clock(), name])
            return isLocked
                ? .lockedOut(until: until) : .signInRefused(triesLeft: Self.triesMax - failures)
        }
    }

    private func forgetFailures(_ name: String) throws {
        try office.store.bookkeeping {
            try $0.execute(sql: "DELETE FROM local_sign_in WHERE name = ?", arguments: [name])
        }
    }
}

extension String {
    /// Without spaces at the ends.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
