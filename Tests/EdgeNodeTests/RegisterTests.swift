import ChangeStore
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Residents and households")
struct RegisterTests {
    @Test(
        "Search finds by words of the name, NIK and KK number, however they are typed",
        arguments: [
            "jamil", "JAMILAH", "  jamilah ", "jam ilah", "5202056307", "5202 0563 07",
            "5202-0501-0110",
        ])
    func finding(typed: String) throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        #expect(try sample.office.search(typed).map(\.id).contains(family.mother))
    }

    @Test("Search follows corrections, and finds nothing for too little or for noise")
    func followingChanges() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        #expect(try sample.office.search("bakri").map(\.id) == [family.father])
        _ = try sample.office.correct(
            "resident", family.father, shown: Entries(["name": "Lalu Bakri"]),
            entries: Entries(["name": "Lalu Bakhri"]), by: try sample.staff(.operator))
        #expect(try sample.office.search("bakri").isEmpty)
        #expect(try sample.office.search("bakhri").map(\.id) == [family.father])
        for typed in ["", "b", "\"", "* OR 1", "zzzz", "(((", "name:x"] {
            #expect(try sample.office.search(typed).isEmpty)
        }
    }

    @Test("A correction records only the column that was changed")
    func onlyChangedColumns() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let seq = try sample.seq()
        let shown = ["name": "Jamilah", "phone": "", "religion": "islam", "birth_place": "Praya"]
        let changed = try sample.office.correct(
            "resident", family.mother, shown: Entries(shown),
            entries: Entries(shown.merging(["phone": " 081234 "]) { $1 }),
            by: try sample.staff(.operator))
        #expect(changed == ["phone"])
        let changesets = try sample.changesets(after: seq).filter { $0.intent != "user.add" }
        let changeset = try #require(changesets.first)
        #expect(changesets.count == 1)
        #expect(changeset.intent == "resident.correct")
        #expect(changeset.author == Author("operator", .operator))
        #expect(changeset.operations.map(\.cells) == [[Cell(ColumnID(18), "081234")]])
    }

    @Test("Nothing is recorded when nothing was changed")
    func nothingChanged() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let seq = try sample.seq()
        let same = Entries(["name": "Jamilah", "phone": ""])
        #expect(
            try sample.office.correct(
                "resident", family.mother, shown: same, entries: same, by: staff
            ).isEmpty)
        #expect(try sample.seq() == seq)
    }

    @Test("A column that somebody else changed meanwhile is shown, never overwritten")
    func changedMeanwhile() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        let secretary = try sample.staff(.secretary)
        let shown = Entries(["occupation": "Petani", "phone": ""])
        _ = try sample.office.correct(
            "resident", family.father, shown: shown,
            entries: Entries(["occupation": "Guru", "phone": ""]), by: secretary)
        let seq = try sample.seq()
        #expect(
            throws: OfficeFault.changedMeanwhile([
                ColumnChange(
                    column: "occupation", before: "Petani", now: "Guru", author: "secretary")
            ])
        ) {
            try sample.office.correct(
                "resident", family.father, shown: shown,
                entries: Entries(["occupation": "Nelayan", "phone": "0811"]), by: staff)
        }
        #expect(try sample.seq() == seq)
        // Another column does not stand in the way.
        #expect(
            try sample.office.correct(
                "resident", family.father, shown: shown,
                entries: Entries(["occupation": "Petani", "phone": "0811"]), by: staff
            ) == ["phone"])
        #expect(try sample.record("resident", family.father).text("occupation") == "Guru")
    }

    @Test("A NIK that cannot be one is refused; a doubtful one wants a reason, which is kept")
    func nik() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let staff = try sample.staff(.operator)
        func correct(_ nik: String, _ more: [String: String] = [:]) throws -> [String] {
            try sample.office.correct(
                "resident", family.mother, shown: Entries(["nik": "5202056307870004"]),
                entries: Entries(more.merging(["nik": nik]) { $1 }), by: staff)
        }
        let seq = try sample.seq()
        #expect(throws: OfficeFault.refused([FieldProblem("nik", .nik(.notSixteenDigits))])) {
            try correct("520205630787000")
        }
        #expect(throws: OfficeFault.refused([FieldProblem("nik", .nik(.impossibleDay))])) {
            try correct("5202057203880002")
        }
        let doubt = OfficeFault.doubtful([FieldProblem("nik", .nik(.birthDateDiffers))])
        #expect(throws: doubt) { try correct("5202056407870004") }
        #expect(throws: OfficeFault.refused([FieldProblem("reason", .reasonMissing)])) {
            try correct("5202056407870004", ["confirmed": "1"])
        }
        #expect(try sample.seq() == seq)
        #expect(
            try correct("5202056407870004", ["confirmed": "1", "reason": "sesuai KTP"])
                == ["nik"])
        let kept = try sample.office.resident(family.mother).events.first
        #expect(kept?.text("kind") == "correction")
        #expect(kept?.text("details")?.contains("sesuai KTP") == true)
        #expect(
            throws: OfficeFault.doubtful([FieldProblem("nik", .sameNIKExists("Lalu Bakri"))])
        ) {
            try sample.office.correct(
                "resident", family.mother,
                shown: Entries([
                    "nik": "5202056407870004", "birth_date": "1987-07-23", "sex": "female",
                ]),
                entries: Entries([
                    "nik": "5202051910800003", "birth_date": "1980-10-19", "sex": "male",
                ]), by: staff)
        }
    }

    @Test("Rows of another office cannot be reached, searched or changed")
    func otherOffices() async throws {
        let sample = try SampleOffice()
        let path = sample.directory + "/other.sqlite"
        let other = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(
                replica: ReplicaID(99), home: Scope("52.02.05.2003"), isHub: false))
        let (row, changeset) = try other.record(
            as: Author("op", .operator), "register.import", now: SampleOffice.start
        ) { try $0.insert("resident", [("name", "Orang Mangkung"), ("nik", "5202051910800003")]) }
        _ = try sample.node.store.receive([changeset], now: SampleOffice.start)
        try other.close()
        #expect(try sample.office.search("mangkung").isEmpty)
        try await sample.browse { browser in
            try await browser.signIn(.villageHead, sample)
            for path in [
                "/warga/\(row)", "/warga/\(row)/perbaiki", "/peristiwa/mati/\(row)",
                "/surat/baru/PGT/\(row)",
            ] {
                let answer = try await browser.get(path)
                #expect(answer.status == .notFound)
                #expect(!answer.html.contains("Orang Mangkung"))
            }
        }
    }

    @Test("A hostile name is text on every page")
    func escaping() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        let name = "<script>alert(1)</script>\"' & Co"
        _ = try sample.office.correct(
            "resident", family.father, shown: Entries(["name": "Lalu Bakri"]),
            entries: Entries(["name": name]), by: try sample.staff(.operator))
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            for path in [
                "/warga?q=alert", "/warga/hasil?q=alert", "/warga/\(family.father)",
                "/warga/\(family.father)/perbaiki", "/keluarga/\(family.household)",
                "/peristiwa/lahir/\(family.household)", "/peristiwa/mati/\(family.father)",
                "/peristiwa/pindah/\(family.household)", "/surat/baru/PGT/\(family.father)",
                "/warga?q=%3Cscript%3Ealert(1)",
            ] {
                let page = try await browser.get(path)
                #expect(page.status == .ok, "\(path)")
                #expect(!page.html.contains("<script>alert"), "\(path)")
                #expect(page.html.contains("&lt;script&gt;alert(1)"), "\(path)")
            }
        }
    }

    @Test("A resident's badge says stored until the centre has confirmed every change")
    func delivery() throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        #expect(try sample.office.resident(family.father).delivery == .stored)
        try sample.node.store.bookkeeping { db in
            try PeerVectors.set(
                try ChangeLog.vector(of: sample.node.office, db), of: sample.node.office,
                at: EdgeNode.hubPeer, db)
        }
        #expect(try sample.office.resident(family.father).delivery == .received)
        _ = try sample.office.correct(
            "resident", family.father, shown: Entries(["phone": ""]),
            entries: Entries(["phone": "0812"]), by: try sample.staff(.operator))
        #expect(try sample.office.resident(family.father).delivery == .stored)
        #expect(try sample.office.resident(family.mother).delivery == .received)
    }
}
