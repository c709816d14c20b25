import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Words and templates")
struct WordsTests {
    @Test("Every text of a template, notice and intent has its English")
    func translated() {
        var texts = Templates.sources.values.flatMap { Templates.phrases(in: $0) }
        texts += Notice.allCases.map(\.text) + Intents.texts.values + Tab.allCases.map(\.label)
        for text in Set(texts).sorted() {
            #expect(English.texts[text] != nil, "\(text)")
        }
    }

    @Test("A translation has the same blanks as its original")
    func blanks() {
        for (indonesian, english) in English.texts {
            for blank in ["{0}", "{1}"] {
                #expect(indonesian.contains(blank) == english.contains(blank), "\(indonesian)")
            }
        }
    }

    @Test("All templates parse, in both languages")
    func templates() throws { _ = try Templates() }

    @Test("The style sheet is small")
    func weight() {
        #expect(StyleSheet.css.utf8.count < 12_000)
        #expect(Assets.script.utf8.count < 2_000)
    }

    @Test("Days are read as people type them, never as other days")
    func days() {
        for typed in ["2026-09-07", "7-9-2026", "07/09/2026", "7.9.2026", "07092026"] {
            #expect(CellText.day(typed)?.iso == "2026-09-07")
        }
        for typed in ["", "30-2-2026", "2026", "7-9-26", "09-07", "99999999", "-7-9-2026x"] {
            #expect(CellText.day(typed) == nil)
        }
    }

    @Test("The screens can be read in English")
    func english() async throws {
        let sample = try SampleOffice()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            _ = try await browser.post("/bahasa", ["bahasa": "en"], from: "/")
            let home = try await browser.get("/")
            #expect(home.html.contains("Welcome, Staf operator"))
            #expect(home.html.contains("<html lang=\"en\">"))
        }
    }
}
