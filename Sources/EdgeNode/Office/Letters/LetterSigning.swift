import ChangeStore
import Console
import Crypto
import GRDB
import LetterSeal
import Models
public import SyncProtocol

/// From a draft to a paper in somebody's hand.
extension Office {
    /// The head approves: number, text, signature and QR code in one transaction.
    ///
    /// The number comes from this replica's own lease, so no other PC can take the same one.
    /// - Throws: ``OfficeFault``; then no number was used up.
    public func signLetter(_ id: RowID, by staff: Staff) throws {
        let device = try DeviceFile.load(from: node.folder)
        guard let key = device.signing else { throw OfficeFault.noSigningKey }
        try record(as: staff, "letter.sign") { recording in
            let letter = try recording.read { try require("letter", id, $0) }
            try requireStep(letter, to: "signed", staff)
            let day = today
            let type = try recording.read { try letterType(letter.text("type") ?? "", $0) }
            let ordinal = try takeNumber(type.series, day.year, &recording)
            let number = try recording.read { try rendered(ordinal, type, day, $0) }
            let text = try recording.read { try frozenText(letter, type, number, day, staff, $0) }
            let seal = try LetterSeal(
                try recording.read { try contents(letter, type, number, day, text, key, $0) },
                by: key)
            let until = type.validityDays.map { day.adding(days: $0).iso }
            let title = try recording.read { try self.title(of: staff, $0) }
            try recording.update(
                "letter", id,
                [
                    ("series", .text(type.series)), ("number", .integer(ordinal)),
                    ("year", .integer(Int64(day.year))), ("frozen_text", .text(text)),
                    ("issued_on", .text(day.iso)),
                    ("valid_until", until.map { .text($0) } ?? .null),
                    ("signer", .text(staff.fullName)), ("signer_title", .text(title)),
                    ("state", "signed"), ("signature_class", "node"),
                    ("digest", .text(LetterSeal.digest(of: text))),
                    ("qr", .text(seal.url(base: node.enrolment.hub))),
                ])
        }
    }

    private func takeNumber(
        _ series: String, _ year: Int, _ recording: inout Recording
    ) throws -> Int64 {
        do {
            return try LetterNumbers.take(
                series: series, year: year, replica: store.identity.replica, in: &recording)
        } catch let fault as LetterNumbers.UsedUp {
            throw OfficeFault.noNumbers(series: fault.series, year: fault.year)
        }
    }

    /// How many numbers this PC can still give to letters of the common series this year.
    public func numbersLeft() throws -> Int {
        try store.read { try numbersLeft(in: today.year, $0) }
    }

    /// The same for another year: next year's share waits here before that year begins.
    func numbersLeft(in year: Int, _ db: Database) throws -> Int {
        try LetterNumbers.left(
            series: LetterType.commonSeries, year: year, replica: store.identity.replica, db)
    }

    private func rendered(
        _ number: Int64, _ type: LetterType, _ day: CivilDate, _ db: Database
    ) throws -> String {
        let series = try reference("number_series", where: "t.code = ?", [type.series], db).first
        let format: NumberFormat
        do {
            format = try NumberFormat(series?.text("format") ?? NumberFormat.standard)
        } catch {
            throw OfficeFault.letterTypeUnusable(type.code)
        }
        return format.render(
            NumberFormat.Parts(
                type: type.code, series: type.series, classification: type.classification ?? "",
                number: Int(number), office: scope.code, issuedOn: day))
    }

    private func frozenText(
        _ letter: RegisterRow, _ type: LetterType, _ number: String, _ day: CivilDate,
        _ staff: Staff, _ db: Database
    ) throws -> String {
        guard let resident = letter.row("resident") else { throw OfficeFault.notFound }
        let fields = JSONObject.read(letter.text("fields")).map { ($0.key, $0.value) }
        return try text(
            of: type, fields, try require("resident", resident, db), number: number, day: day,
            signer: staff.fullName, signerTitle: try title(of: staff, db), db)
    }

    private func title(of staff: Staff, _ db: Database) throws -> String {
        try staff.title ?? letterhead(db).office.headTitle
    }

    private func contents(
        _ letter: RegisterRow, _ type: LetterType, _ number: String, _ day: CivilDate,
        _ text: String, _ key: Curve25519.Signing.PrivateKey, _ db: Database
    ) throws -> LetterSeal.Contents {
        let resident = try letter.row("resident").flatMap { try find("resident", $0, db) }
        return LetterSeal.Contents(
            letter: letter.id.description, office: scope.code, number: number,
            issuedOn: day.iso, type: type.code,
            maskedName: MaskedName.mask(resident?.text("name") ?? ""),
            digestPrefix: String(
                LetterSeal.digest(of: text).prefix(LetterSeal.digestPrefixLength)),
            keyID: LetterSeal.keyID(of: key.publicKey))
    }

    // MARK: - The other steps

    /// Moves a letter on: `checked`, `verified`, `draft`.
    public func advanceLetter(_ id: RowID, to state: String, by staff: Staff) throws {
        try record(as: staff, "letter.\(state)") { recording in
            let letter = try recording.read { try require("letter", id, $0) }
            guard !["signed", "numbered", "rejected", "revoked"].contains(state) else {
                throw OfficeFault.wrongState(state)
            }
            try requireStep(letter, to: state, staff)
            try recording.update("letter", id, [("state", .text(state))])
        }
    }

    /// The paper is in the applicant's hand.
    public func handOverLetter(_ id: RowID, to receiver: String, by staff: Staff) throws {
        try record(as: staff, "letter.hand_over") { recording in
            let letter = try recording.read { try require("letter", id, $0) }
            try requireStep(letter, to: "handed_over", staff)
            let name = receiver.trimmed
            try recording.update(
                "letter", id,
                [
                    ("state", "handed_over"), ("handed_over_at", .integer(clock())),
                    ("handed_over_to", name.isEmpty ? .null : .text(name)),
                ])
        }
    }

    /// Refuses a draft, or takes back a signed letter. Always with a reason.
    public func endLetter(
        _ id: RowID, as state: String, reason: String, by staff: Staff
    ) throws {
        guard ["rejected", "revoked"].contains(state) else { throw OfficeFault.wrongState(state) }
        let reason = reason.trimmed
        guard !reason.isEmpty else {
            throw OfficeFault.refused([FieldProblem("reason", .missing)])
        }
        let intent = state == "revoked" ? "letter.revoke" : "letter.reject"
        try record(as: staff, intent) { recording in
            let letter = try recording.read { try require("letter", id, $0) }
            try requireStep(letter, to: state, staff)
            var sets: [(String, Value)] = [
                ("state", .text(state)), ("revoked_reason", .text(reason)),
            ]
            if state == "revoked" { sets.append(("revoked_at", .integer(clock()))) }
            try recording.update("letter", id, sets)
        }
    }

    private func requireStep(_ letter: RegisterRow, to state: String, _ staff: Staff) throws {
        let from = letter.text("state")
        guard from != state else { throw OfficeFault.wrongState(state) }
        switch Workflow.check(table: "letter", from: from, to: state, role: staff.role) {
        case .allowed: return
        case .wrongRole(let allowed): throw OfficeFault.notAllowed(allowed)
        case .refused, .noWorkflow: throw OfficeFault.wrongState(from ?? "")
        }
    }
}
