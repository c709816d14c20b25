public import ChangeStore
public import GRDB
public import SyncProtocol

/// Attachments on the answering side: asks the caller for what is wanted here, gives it what it may
/// read.
///
/// Rights: a caller gets an attachment only when a row of a scope that it may read names it, and
/// what it offers is heard only on the same condition. Nothing is kept that nobody asked for.
public final class AttachmentResponder: ResponderPart {
    private static let wantsMax = 16

    private let store: ChangeStore
    private let content: ContentStore
    private let references: AttachmentReferences
    private let now: () -> Int64

    private var caller: CallerInfo?
    private var heard = AttachmentNotes()
    private var answer = AttachmentNotes()
    private var toSend: [AttachmentNotes.Want] = []
    private var intake: AttachmentIntake
    private var sendingNotices: [Notice] = []

    public init(store: ChangeStore, content: ContentStore, now: @escaping () -> Int64) {
        self.store = store
        self.content = content
        references = AttachmentReferences(store.schema)
        self.now = now
        intake = AttachmentIntake(content)
    }

    public func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        self.caller = caller
        guard let field = hello.fields[HelloField.attachments] else { return }
        do {
            heard = try AttachmentNotes(decoding: field)
        } catch {
            sendingNotices.append(
                Notice(.attachment, "what was said of attachments cannot be read: \(error)"))
        }
    }

    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool {
        guard kind == .attachmentChunk else { return false }
        try intake.take(payload, now: now())
        return true
    }

    /// The segments are in by now, so the rows that name what is offered are here.
    public func prepare() throws {
        guard let caller else { return }
        var held = Set(intake.finished)
        var has: [ContentHash] = []
        for hash in heard.offers where try mayRead(hash, caller) {
            has.append(hash)
            if try content.entry(of: hash)?.isWhole == true {
                held.insert(hash)
            } else if try content.collectsAll() {
                try content.want(hash, from: caller.home, now: now())
            }
        }
        try content.note(caller.replica, has: has, true)
        try content.note(caller.replica, has: heard.unavailable.map(\.attachment), false)
        answer.held = Array(held.sorted().prefix(SyncLimits.attachmentNotesMax))
        for want in heard.wants {
            if try !mayRead(want.attachment, caller) {
                answer.unavailable.append(.init(want.attachment, .notAllowed))
            } else if try content.entry(of: want.attachment)?.isWhole == true {
                toSend.append(want)
            } else {
                // Perhaps another PC of the office has it.
                try content.want(want.attachment, from: caller.home, now: now())
                answer.unavailable.append(.init(want.attachment, .later))
            }
        }
        answer.wants = try content.wants(
            from: caller.home, of: caller.replica, limit: Self.wantsMax
        ).filter { want in !heard.wants.contains { $0.attachment == want.attachment } }
    }

    private func mayRead(_ hash: ContentHash, _ caller: CallerInfo) throws -> Bool {
        try store.read { try !references.scopes(naming: hash, $0).isDisjoint(with: caller.reads) }
    }

    public func answer(_ fields: inout MessageFields, _ db: Database) throws {
        if !answer.isEmpty { fields[AnswerField.attachments] = answer.encoded() }
    }

    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] {
        try AttachmentSending(toSend, from: content, budget: budget).records
    }

    public var notices: [Notice] { sendingNotices + intake.notices }
}
