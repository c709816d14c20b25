public import Models
public import SyncProtocol

/// Why the office cannot do what was asked. The words for people are in `Web/PlainWords`.
public enum OfficeFault: Error, Hashable, Sendable {
    /// Only these roles may.
    case notAllowed([Role])
    case notFound
    /// Wrong name or password; so many tries are left.
    case signInRefused(triesLeft: Int)
    /// UTC milliseconds.
    case lockedOut(until: Int64)
    case usersExistAlready
    /// Somebody must remain who can add users and settle differences.
    case lastDecider
    case nameTaken(String)
    /// What is wrong with a form, field by field.
    case refused([FieldProblem])
    /// It can be recorded, once the person says that it is meant so.
    case doubtful([FieldProblem])
    /// Another PC or window changed these columns since the form was opened.
    case changedMeanwhile([ColumnChange])
    /// The document is in another state by now.
    case wrongState(String)
    case letterTypeUnusable(String)
    case noNumbers(series: String, year: Int)
    case noSigningKey
    /// This PC may hand out so much more of the programme.
    case aidShareUsed(left: Int64)
    /// UTC milliseconds of the hand-out.
    case aidHandedOut(at: Int64)
}

/// A field of a form and what is the matter with it.
public struct FieldProblem: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case missing
        case notADay
        case notAChoice
        case notANumber
        case tooLong
        case nik(NIK.Reason)
        case familyCard
        case inFuture
        case beforeBirth
        case beforeEvent
        case notAlive
        case nobodyChosen
        case passwordTooShort(minimum: Int)
        case badUserName
        case textUnusable
        // Doubts.
        case lateBy(days: Int)
        case sameChildExists(String)
        case sameNIKExists(String)
        case sameFamilyCardExists
        case leavesNoHead
        case parentTooYoung
        case anotherHead
        case reasonMissing
        case alreadySent(String)
    }

    public let field: String
    public let reason: Reason

    public init(_ field: String, _ reason: Reason) {
        self.field = field
        self.reason = reason
    }
}

/// A column that somebody else wrote while a form was open.
public struct ColumnChange: Hashable, Sendable {
    public let column: String
    public let before: Value
    public let now: Value
    public let author: String?
}
