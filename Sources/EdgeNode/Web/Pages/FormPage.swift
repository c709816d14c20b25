import Hummingbird
import Models
import SyncProtocol

/// A form as its template shows it: fields from the schema, what was typed, what is wrong.
struct FormPage: Sendable {
    struct Option: Sendable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    struct Field: Sendable {
        let name: String
        var label: String
        var value = ""
        /// The input's type; nil for a selection or a tick.
        var input: String?
        var options: [Option] = []
        var isRequired = false
        var isTick = false
        var isWide = false
        var isFirst = false
        var numeric = false
        var placeholder: String?
        /// Of a file: the media types that may be chosen.
        var accept: String?
        var isChecked = false
        var problem: String?
        var hint: String?
    }

    struct Group: Sendable {
        let title: String?
        var fields: [Field]
    }

    struct Hidden: Sendable {
        let name: String
        let value: String
    }

    let words: Words
    let title: String
    var step: String?
    var subject: String?
    var action = ""
    var button: String
    var cancel: String?
    var isNarrow = false
    /// Whether it brings a file.
    var isMultipart = false
    var hidden: [Hidden] = []
    var groups: [Group] = []
    var fault: String?
    var doubts: [String] = []
    var asksReason = false
    var reason = ""
    var status = HTTPResponse.Status.ok

    init(_ words: Words, _ title: String) {
        self.words = words
        self.title = words(title)
        button = words("Simpan")
    }

    /// Adds fields with what was typed before.
    mutating func add(_ title: String, _ fields: [FieldDeclaration], _ entries: Entries) {
        let isFirstGroup = groups.isEmpty
        let shown = fields.enumerated().map { index, declaration in
            var field = declaration.field(words, entries[declaration.name])
            field.isFirst = isFirstGroup && index == 0
            return field
        }
        groups.append(Group(title: title.isEmpty ? nil : words(title), fields: shown))
    }

    /// Shows what the office said about the entries.
    mutating func take(_ fault: (any Error)?) {
        guard let fault = fault as? OfficeFault else { return }
        defer { focusOnTrouble() }
        let plain = PlainWords(words)
        self.fault = plain.sentence(for: fault)
        status = plain.page(for: fault).status
        switch fault {
        case .refused(let problems): mark(problems, plain)
        case .doubtful(let problems):
            self.fault = nil
            doubts = problems.map { problem in
                let label = field(problem.field)?.label
                return (label.map { $0 + ": " } ?? "") + plain.sentence(for: problem.reason)
            }
        case .changedMeanwhile(let changes): mark(changes)
        default: break
        }
    }

    /// The keyboard is where something has to be done.
    private mutating func focusOnTrouble() {
        let troubled = groups.lazy.flatMap(\.fields).first { $0.problem != nil }?.name
        guard troubled != nil || !doubts.isEmpty else { return }
        for group in groups.indices {
            for index in groups[group].fields.indices {
                let field = groups[group].fields[index]
                groups[group].fields[index].isFirst = doubts.isEmpty && field.name == troubled
            }
        }
    }

    private func field(_ name: String) -> Field? {
        groups.lazy.flatMap(\.fields).first { $0.name == name }
    }

    private mutating func edit(_ name: String, _ change: (inout Field) -> Void) -> Bool {
        for group in groups.indices {
            for index in groups[group].fields.indices
            where groups[group].fields[index].name == name {
                change(&groups[group].fields[index])
                return true
            }
        }
        return false
    }

    private mutating func mark(_ problems: [FieldProblem], _ plain: PlainWords) {
        for problem in problems {
            let sentence = plain.sentence(for: problem.reason)
            if !edit(problem.field, { $0.problem = sentence }) {
                fault = (fault.map { $0 + " " } ?? "") + sentence
            }
        }
    }

    /// The field takes the new value; what was typed stands beside it, to be typed again if meant.
    private mutating func mark(_ changes: [ColumnChange]) {
        let table = Domain.schema.tables.flatMap(\.columns)
        for change in changes {
            let type = table.first { $0.name == change.column }?.type ?? .text
            let plain = CellText.write(change.now, as: type)
            let now = CivilDate(iso: plain).map(FieldDeclaration.typed) ?? plain
            let who = change.author ?? words("orang lain")
            let words = self.words
            _ = edit(change.column) { field in
                field.problem = words(
                    "Sekarang berisi nilai baru dari {0}. Isian Anda: {1}", who,
                    field.shown.isEmpty ? "–" : field.shown)
                field.choose(now)
            }
            hidden.removeAll { $0.name == "was." + change.column }
            hidden.append(Hidden(name: "was." + change.column, value: now))
        }
    }
}

extension FormPage.Field {
    /// What a person sees in the field.
    var shown: String { options.first(where: \.isChosen)?.label ?? value }

    mutating func choose(_ new: String) {
        value = new
        options = options.map {
            FormPage.Option(value: $0.value, label: $0.label, isChosen: $0.value == new)
        }
    }
}

/// A field before anything is typed into it.
struct FieldDeclaration: Sendable {
    enum Kind: Sendable {
        case input(String)
        case choices([Choice], isOptional: Bool)
        /// Values with ready labels: rows of the register.
        case rows([(value: String, label: String)])
        case tick
    }

    let name: String
    let label: Label
    var kind: Kind
    var isRequired = false
    var isWide = false
    var hint: String?

    static func text(
        _ name: String, _ label: String, isRequired: Bool = false, isWide: Bool = false,
        hint: String? = nil
    ) -> FieldDeclaration {
        FieldDeclaration(
            name: name, label: named(label), kind: .input("text"), isRequired: isRequired,
            isWide: isWide, hint: hint)
    }

    static func day(_ name: String, _ label: String) -> FieldDeclaration {
        FieldDeclaration(
            name: name, label: named(label), kind: .input(dayInput), isRequired: true)
    }

    static func password(_ name: String, _ label: String) -> FieldDeclaration {
        FieldDeclaration(
            name: name, label: named(label), kind: .input("password"), isRequired: true,
            hint: "Sedikitnya 8 huruf.")
    }

    static func file(_ name: String, _ label: String, hint: String) -> FieldDeclaration {
        FieldDeclaration(
            name: name, label: named(label), kind: .input("file"), isRequired: true, isWide: true,
            hint: hint)
    }

    static func rows(
        _ name: String, _ label: String, _ rows: [(value: String, label: String)]
    ) -> FieldDeclaration {
        FieldDeclaration(name: name, label: named(label), kind: .rows(rows))
    }

    static func tick(_ name: String, _ label: String) -> FieldDeclaration {
        FieldDeclaration(name: name, label: Label(label, label), kind: .tick, isWide: true)
    }

    /// Not the browser's own date field: on a PC set to English that one asks for the month first,
    /// and a register full of 3-7 for 7-3 is worse than typing the hyphens.
    static let dayInput = "day"

    static func typed(_ day: CivilDate) -> String {
        day.iso.split(separator: "-").reversed().joined(separator: "-")
    }

    /// A column as a field.
    static func column(
        _ column: SyncProtocol.Column, named name: String? = nil, isRequired: Bool? = nil
    ) -> FieldDeclaration {
        let kind: Kind =
            switch column.type {
            case .enumeration(let choices): .choices(choices, isOptional: !column.isRequired)
            case .date: .input(dayInput)
            default: .input("text")
            }
        return FieldDeclaration(
            name: name ?? column.name, label: column.label, kind: kind,
            isRequired: isRequired ?? column.isRequired)
    }

    static func column(
        _ table: String, _ name: String, isRequired: Bool? = nil
    ) -> FieldDeclaration {
        guard let column = Domain.schema.table(named: table)?.column(named: name) else {
            preconditionFailure("no column \(table).\(name)")
        }
        return .column(column, isRequired: isRequired)
    }

    /// A label of the message catalogue; its English is looked up when it is shown.
    private static func named(_ text: String) -> Label {
        Label(text, English.texts[text] ?? text)
    }

    private static let numeric: Set<String> = [
        "nik", "father_nik", "mother_nik", "family_card_no", "phone", "rt", "rw", "weight_g",
        "length_cm", "order",
    ]

    func field(_ words: Words, _ value: String) -> FormPage.Field {
        var field = FormPage.Field(name: name, label: words(label))
        field.value = value
        field.isRequired = isRequired
        field.isWide = isWide
        field.hint = hint.map { words($0) }
        field.numeric = Self.numeric.contains(name)
        switch kind {
        case .input(Self.dayInput):
            field.input = "text"
            field.placeholder = words("tgl-bln-tahun")
            field.value = CivilDate(iso: value).map(Self.typed) ?? value
        case .input(let type):
            field.input = type
            if type == "password" { field.value = "" }
            if type == "file" { field.accept = "image/jpeg,image/png,application/pdf" }
        case .tick:
            field.isTick = true
            field.isChecked = value == "1"
        case .rows(let rows):
            field.options = rows.map {
                FormPage.Option(value: $0.value, label: $0.label, isChosen: $0.value == value)
            }
        case .choices(let choices, _):
            var options = choices.map {
                FormPage.Option(
                    value: $0.code, label: words($0.label), isChosen: $0.code == value)
            }
            options.insert(
                FormPage.Option(value: "", label: "–", isChosen: value.isEmpty), at: 0)
            // A code of a newer version must survive the form.
            if !value.isEmpty, !choices.contains(where: { $0.code == value }) {
                options.append(FormPage.Option(value: value, label: value, isChosen: true))
            }
            field.options = options
        }
        return field
    }
}
