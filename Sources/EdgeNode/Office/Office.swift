import ChangeStore
import GRDB
import Models
public import SyncProtocol

/// What the people of one office do with its register: the use cases behind the screens.
///
/// Idea: every change is one recorded transaction with an intent and an author; every check that
/// matters is made here, so that the screens, the command line and tests cannot go around it.
/// Use cases are synchronous and short; callers keep them off the event loop.
public struct Office: Sendable {
    public let node: EdgeNode
    /// The wall clock in UTC milliseconds.
    let clock: @Sendable () -> Int64

    public init(node: EdgeNode) throws {
        try self.init(node: node) { node.now() }
    }

    init(node: EdgeNode, clock: @escaping @Sendable () -> Int64) throws {
        self.node = node
        self.clock = clock
        try LocalTables.create(in: node.store)
    }

    var store: ChangeStore { node.store }
    var scope: Scope { node.office }
    var schema: Schema { node.store.schema }

    /// Today in the office's own time zone.
    var today: CivilDate { CivilDate(localDayOf: clock()) }

    /// Records one transaction of a member of staff.
    @discardableResult
    func record<T>(
        as staff: Staff, _ intent: String, _ body: (inout Recording) throws -> T
    ) throws -> T {
        try store.record(as: staff.author, intent, now: clock(), body).result
    }
}

/// Somebody of the office, as the register knows them now.
public struct Staff: Hashable, Sendable {
    public let id: RowID
    /// The user name, which is also how changes name their author.
    public let name: String
    public let fullName: String
    public let role: Role
    /// The job title; nil for the role's own name.
    public let title: String?

    public var author: Author { Author(name, role) }

    /// - Throws: ``OfficeFault/notAllowed(_:)``.
    func require(oneOf roles: [Role]) throws {
        guard roles.contains(role) else { throw OfficeFault.notAllowed(roles) }
    }

    /// Whether the table's declaration lets this role write it.
    /// - Throws: ``OfficeFault/notAllowed(_:)``.
    func requireWriting(_ table: String) throws {
        try require(oneOf: Domain.schema.table(named: table)?.writers ?? [])
    }
}

extension Role {
    /// Who settles what two PCs wrote differently, and looks after the users (DOMAIN §2).
    static let deciders: [Role] = [.secretary, .villageHead]
    /// The roles that a village office gives its people.
    static let ofVillage: [Role] = [.operator, .sectionHead, .secretary, .villageHead]
}
