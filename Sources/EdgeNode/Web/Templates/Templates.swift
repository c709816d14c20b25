import Mustache

/// All templates, once for each language.
///
/// What stands between ‹ and › is a text of the message catalogue; it is replaced before the
/// template is parsed, so rendering costs nothing for it.
struct Templates: Sendable {
    private let libraries: [Language: MustacheLibrary]

    /// - Throws: a parser's error; tests see it before anybody else.
    init() throws {
        var libraries: [Language: MustacheLibrary] = [:]
        for language in Language.allCases {
            let words = Words(language)
            var library = MustacheLibrary()
            for (name, text) in Self.sources {
                try library.register(Self.translated(text, words), named: name)
            }
            libraries[language] = library
        }
        self.libraries = libraries
    }

    func render(_ name: String, _ context: some Any, _ language: Language) -> String {
        guard let text = libraries[language]?.render(context, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return text
    }

    static let sources: [String: String] = [
        "frame": FrameTemplates.frame, "fault": FrameTemplates.fault,
        "sign_in": FrameTemplates.signIn, "form": FormTemplate.form,
        "fields": FormTemplate.fields, "home": HomeTemplates.home,
        "search": ResidentTemplates.search, "results": ResidentTemplates.results,
        "resident": ResidentTemplates.resident, "household": ResidentTemplates.household,
        "documents": AttachmentTemplates.documents, "document": AttachmentTemplates.document,
        "history": ResidentTemplates.history, "events": HomeTemplates.events,
        "arrivals": ArrivalTemplates.arrivals, "proposals": ArrivalTemplates.proposals,
        "letters": LetterTemplates.letters, "letter_types": LetterTemplates.types,
        "letter_check": LetterTemplates.check, "letter": LetterTemplates.letter,
        "paper": LetterTemplates.paper, "print": LetterTemplates.print,
        "sync": SyncTemplates.sync, "conflicts": SyncTemplates.conflicts,
        "conflict": SyncTemplates.conflict, "users": SyncTemplates.users,
    ]

    /// The texts of a template that belong to the catalogue.
    static func phrases(in text: String) -> [String] {
        text.split(separator: "‹").dropFirst().compactMap { part in
            part.firstIndex(of: "›").map { String(part[..<$0]) }
        }
    }

    private static func translated(_ text: String, _ words: Words) -> String {
        phrases(in: text).reduce(text) { $0.replacing("‹\($1)›", with: words($1)) }
    }
}
