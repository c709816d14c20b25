/// Which state may follow which, and who may take the step (DOMAIN §3).
///
/// Problem: the same path must hold in the form, in the command and in `replay`, and a clerk who is
/// refused must be told what is possible instead.
/// Idea: a table of declared transitions. The *full path* is what DOMAIN draws and what the screens
/// offer; a *shortcut* is a jump that an office may make when one person does several steps at once
/// (a head who approves, numbers and signs a draft) or that an import makes.
///
/// This is about local steps only: a merge never refuses a state (MergePolicy decides).
public import SyncProtocol

public struct Workflow: Hashable, Sendable {
    public struct Transition: Hashable, Sendable {
        /// nil: the row is being made.
        public let from: String?
        public let to: String
        public let roles: [Role]
        public let isShortcut: Bool
    }

    public enum Verdict: Hashable, Sendable {
        case allowed
        /// What this role may do instead, shortcuts included; empty if nothing.
        case refused(next: [String])
        /// Someone else may take this step.
        case wrongRole(allowed: [Role])
        /// The table has no declared workflow.
        case noWorkflow

        public var isAllowed: Bool { self == .allowed }
    }

    /// The table whose `state` this is.
    public let table: String
    /// In declared order: the full path first.
    public let transitions: [Transition]

    init(_ table: String, path: [Step], shortcuts: [Step] = []) {
        self.table = table
        transitions =
            path.flatMap { $0.transitions(isShortcut: false) }
            + shortcuts.flatMap { $0.transitions(isShortcut: true) }
    }

    /// Several origins that lead to one state, for declarations.
    struct Step {
        let from: [String?]
        let to: String
        let roles: [Role]

        init(_ from: [String?], _ to: String, _ roles: [Role]) {
            self.from = from
            self.to = to
            self.roles = roles
        }

        func transitions(isShortcut: Bool) -> [Transition] {
            from.map { Transition(from: $0, to: to, roles: roles, isShortcut: isShortcut) }
        }
    }
}

extension Workflow {
    /// The workflow of a table's `state`; nil where any state may follow any other.
    public static func of(table: String) -> Workflow? { all.first { $0.table == table } }

    /// Whether `role` may take the step. `from` nil means a new row; staying is always allowed.
    public static func check(table: String, from: String?, to: String, role: Role) -> Verdict {
        guard let workflow = of(table: table) else { return .noWorkflow }
        return workflow.check(from: from, to: to, role: role)
    }

    public func check(from: String?, to: String, role: Role) -> Verdict {
        if from == to { return .allowed }
        let declared = transitions.filter { $0.from == from && $0.to == to }
        if declared.contains(where: { $0.roles.contains(role) }) { return .allowed }
        if !declared.isEmpty {
            let allowed = declared.flatMap(\.roles)
            return .wrongRole(allowed: Role.allCases.filter(allowed.contains))
        }
        return .refused(next: next(from: from, role: role, withShortcuts: true))
    }

    /// The states that `role` may choose now, in declared order. The screens leave shortcuts out.
    public func next(from: String?, role: Role, withShortcuts: Bool = false) -> [String] {
        var states: [String] = []
        for transition in transitions
        where transition.from == from && transition.roles.contains(role)
            && (withShortcuts || !transition.isShortcut) && !states.contains(transition.to)
        {
            states.append(transition.to)
        }
        return states
    }
}
