/// What two concurrent writes of one cell become (SYNC §3).
///
/// A policy decides only between *concurrent* writes; a write that had seen the other
/// always supersedes it (S18: causality beats clocks).
public enum MergePolicy: Hashable, Sendable {
    /// The later clock wins, the loser is kept in the conflict log. Ordinary profile columns.
    case lastWriterWins
    /// As ``lastWriterWins``, but provisional until a person decides. Names, NIK, birth dates, money.
    case review
    /// A workflow state: the first in the list wins over the later ones, others go to review.
    case state(precedence: [String])
    /// The greater value. As-of times, deadlines that may only be extended.
    case max
    /// The lesser value. Deadlines that may only shrink.
    case min
    /// The cell is a sum; each write adds its signed delta.
    case counter
    /// A share that only its holder spends: the most spent wins, never a conflict.
    case escrow
    /// The row is written once. A later write is a mistake that goes to review.
    case append
    /// The write of a role that owns the field wins; another becomes a proposal.
    case authority(Role)
}

/// Who did something, as far as merging and rights need to know (DOMAIN §2).
///
/// Numbers are on the wire: never reuse or reorder.
public enum Role: UInt8, CaseIterable, Hashable, Sendable {
    case system = 0
    case `operator` = 1
    case sectionHead = 2
    case secretary = 3
    case villageHead = 4
    case district = 5
    case civilRegistry = 6
    case agency = 7
    case regencySecretary = 8
    case centralIT = 9
    case auditor = 10
    case citizen = 11

    /// The role's name in the database and in DOMAIN §2.
    public var code: String {
        switch self {
        case .system: "system"
        case .operator: "operator"
        case .sectionHead: "section_head"
        case .secretary: "secretary"
        case .villageHead: "village_head"
        case .district: "district"
        case .civilRegistry: "civil_registry"
        case .agency: "agency"
        case .regencySecretary: "regency_secretary"
        case .centralIT: "central_it"
        case .auditor: "auditor"
        case .citizen: "citizen"
        }
    }

    public init?(code: String) {
        guard let role = Role.allCases.first(where: { $0.code == code }) else { return nil }
        self = role
    }
}
