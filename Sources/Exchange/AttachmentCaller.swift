public import ChangeStore
public import GRDB
public import SyncProtocol

/// Attachments on the calling side: offers what the peer was not told of, sends what it asks for,
/// asks for what somebody here wants to see.
///
/// Function: the last part to speak, so that work never waits for a photo. Wants are kept by
/// ``ContentStore`` and carry what is here already, so that nothing is sent twice, whatever was cut.
/// Without anything new or wanted it says nothing at all.
public final class AttachmentCaller: CallerPart {
    /// Attachments asked for in one round: a few, each whole, rather than many in pieces.
    private static let wantsMax = 8
    private static let offersMax = 64

    private let content: ContentStore
    private let home: Scope
    private let references: AttachmentReferences
    private let now: () -> Int64

    /// What the peer asked for in its last answer.
    private var asked: [AttachmentNotes.Want] = []
    /// What it asked for and is not here: told once in an exchange.
    private var unavailable: Set<ContentHash> = []
    private var toTell: [ContentHash] = []
    private var round = Round()

    private struct Round {
        var offered: [ContentHash] = []
        var told: [ContentHash] = []
        var begun: [ContentHash] = []
        var askedBefore: [AttachmentNotes.Want] = []
        var mayGoOn = false
        var intake: AttachmentIntake?
        var notices: [Notice] = []
    }

    public init(store: ChangeStore, content: ContentStore, now: @escaping () -> Int64) {
        self.content = content
        home = store.identity.home
        references = AttachmentReferences(store.schema)
        self.now = now
    }

    public func hello(_ fields: inout MessageFields, _ db: Database) throws {
        round = Round()
        round.askedBefore = asked
        round.intake = AttachmentIntake(content)
        var notes = AttachmentNotes()
        // What no row names yet is nobody's business.
        for hash in try content.untold(limit: 4_096) where notes.offers.count < Self.offersMax {
            if try !references.scopes(naming: hash, db).isEmpty { notes.offers.append(hash) }
        }
        round.offered = notes.offers
        notes.wants = try content.wants(from: home, of: nil, limit: Self.wantsMax)
        round.told = toTell
        notes.unavailable = toTell.map { AttachmentNotes.Refusal($0, .nowhere) }
        if !notes.isEmpty { fields[HelloField.attachments] = notes.encoded() }
    }

    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] {
        guard budget > 0, !asked.isEmpty else { return [] }
        let sending = try AttachmentSending(asked, from: content, budget: budget)
        // Until the answer is here, nobody knows what arrived.
        try content.note(told: sending.begun, false)
        round.begun = sending.begun
        round.notices += sending.notices
        toTell += sending.unavailable.filter { unavailable.insert($0).inserted }
        return sending.records
    }

    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool {
        guard kind == .attachmentChunk else { return false }
        try round.intake?.take(payload, now: now())
        return true
    }

    public func answered(_ answer: Answer) throws {
        var notes = AttachmentNotes()
        if let field = answer.fields[AnswerField.attachments] {
            do {
                notes = try AttachmentNotes(decoding: field)
            } catch {
                throw ExchangeFault.answerDamaged("attachments: \(error)")
            }
        }
        try content.note(told: round.offered + round.begun)
        try content.note(atHub: notes.held)
        for refusal in notes.unavailable where refusal.reason == .notAllowed {
            try content.unwant(refusal.attachment)
            round.notices.append(
                Notice(
                    .attachment,
                    "attachment \(refusal.attachment) may not be read here: no row of this "
                        + "office names it"))
        }
        toTell.removeAll { round.told.contains($0) }
        asked = notes.wants.filter { !unavailable.contains($0.attachment) }
        let isSending = !asked.isEmpty && asked != round.askedBefore
        let isReceiving =
            try (round.intake?.chunksKept ?? 0) > 0
            && !content.wants(from: home, of: nil, limit: 1).isEmpty
        round.mayGoOn = isSending || isReceiving || !toTell.isEmpty
    }

    public var progress: PartProgress { round.mayGoOn ? .wantsMore(advanced: true) : .idle }

    public var notices: [Notice] { round.notices + (round.intake?.notices ?? []) }
}
