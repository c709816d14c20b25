import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import SyncProtocol
import Testing

@testable import EdgeNode

@Suite("Signing in")
struct SignInTests {
    @Test("The first user is made at the PC itself, and only while there is none")
    func setUp() async throws {
        let sample = try SampleOffice()
        try await sample.browse { browser in
            #expect(try await browser.get("/masuk").headers[.location] == "/mulai")
            let answer = try await browser.post(
                "/mulai", ["name": "sekdes", "full_name": "Suhaili", "password": "rahasia123"])
            #expect(answer.headers[.location] == "/masuk?ok=mulai")
            let again = try await browser.post(
                "/mulai", ["name": "lain", "full_name": "Lain", "password": "rahasia123"],
                from: "/masuk")
            #expect(again.status == .conflict || again.html.contains("sudah mempunyai pengguna"))
        }
        #expect(try sample.users.all().map(\.staff.role) == [.secretary])
    }

    @Test("Another PC cannot make the first user")
    func setUpFromElsewhere() async throws {
        let sample = try SampleOffice(isLocal: false)
        try await sample.browse { browser in
            let page = try await browser.get("/mulai")
            #expect(page.status == .forbidden)
            #expect(page.html.contains("hanya dapat didaftarkan di komputer"))
            let token = Browser.token(in: page) ?? ""
            let answer = try await browser.postRaw(
                "/mulai",
                ["csrf": token, "name": "x1", "full_name": "X", "password": "rahasia123"])
            #expect(answer.status == .forbidden)
        }
        #expect(try sample.users.isEmpty())
    }

    @Test("Pages ask for a sign-in, the right password opens them, signing out closes them")
    func signInAndOut() async throws {
        let sample = try SampleOffice()
        _ = try sample.staff(.secretary)
        try await sample.browse { browser in
            #expect(try await browser.get("/warga").headers[.location] == "/masuk")
            let wrong = try await browser.post(
                "/masuk", ["name": "secretary", "password": "salah-sekali"])
            #expect(wrong.status == .unauthorized)
            #expect(wrong.html.contains("Sisa percobaan: 4"))
            try await browser.signIn(.secretary, sample)
            let home = try await browser.get("/")
            #expect(home.status == .ok)
            #expect(home.html.contains("Selamat bekerja, Staf secretary"))
            _ = try await browser.post("/keluar", [:], from: "/")
            #expect(try await browser.get("/warga").headers[.location] == "/masuk")
        }
    }

    @Test("Five wrong tries lock the name for some minutes, on this PC only")
    func lockOut() throws {
        let sample = try SampleOffice()
        _ = try sample.staff(.operator)
        for left in [4, 3, 2, 1] {
            #expect(throws: OfficeFault.signInRefused(triesLeft: left)) {
                try sample.users.signIn("operator", password: "salah-sekali")
            }
        }
        let until = SampleOffice.start + OfficeUsers.lockMilliseconds
        #expect(throws: OfficeFault.lockedOut(until: until)) {
            try sample.users.signIn("operator", password: "salah-sekali")
        }
        #expect(throws: OfficeFault.lockedOut(until: until)) {
            try sample.users.signIn("operator", password: "rahasia123")
        }
        sample.advance(minutes: 6)
        #expect(try sample.users.signIn("Operator ", password: "rahasia123").role == .operator)
    }

    @Test("A disabled user is out at once, with an open session too")
    func disabling() async throws {
        let sample = try SampleOffice()
        _ = try sample.staff(.operator)
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            #expect(try await browser.get("/").status == .ok)
            try sample.users.disable("operator")
            #expect(try await browser.get("/").headers[.location] == "/masuk")
        }
        #expect(throws: OfficeFault.self) {
            try sample.users.signIn("operator", password: "rahasia123")
        }
    }

    @Test("The last who can decide cannot be disabled from the screens, nor set-up opened again")
    func lastDecider() throws {
        let sample = try SampleOffice()
        let secretary = try sample.staff(.secretary)
        _ = try sample.staff(.operator)
        #expect(throws: OfficeFault.lastDecider) {
            try sample.users.disable("secretary", by: secretary)
        }
        try sample.users.disable("secretary")
        try sample.users.disable("operator")
        #expect(throws: OfficeFault.usersExistAlready) {
            try sample.users.addFirst("baru", fullName: "Baru", password: "rahasia123")
        }
    }

    @Test("A form without this browser's token is refused and changes nothing")
    func foreignForms() async throws {
        let sample = try SampleOffice()
        let family = try sample.family()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            let before = try sample.seq()
            for token in ["", "x", String(repeating: "A", count: 43)] {
                let answer = try await browser.postRaw(
                    "/warga/\(family.father)/perbaiki",
                    ["csrf": token, "was.phone": "", "phone": "0812"])
                #expect(answer.status == .forbidden)
            }
            #expect(try sample.seq() == before)
        }
    }

    @Test("A session ends after half an hour without a click")
    func idle() async throws {
        let sample = try SampleOffice()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            sample.advance(minutes: 29)
            #expect(try await browser.get("/").status == .ok)
            sample.advance(minutes: 31)
            #expect(try await browser.get("/").headers[.location] == "/masuk")
        }
    }

    @Test("Pages forbid scripts from elsewhere, frames and being kept")
    func headers() async throws {
        let sample = try SampleOffice()
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            for path in ["/", "/tidak-ada", "/masuk"] {
                let answer = try await browser.get(path)
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(answer.headers[.cacheControl] == "no-store")
            }
            #expect(try await browser.get("/tidak-ada").status == .notFound)
        }
    }

    @Test("The secretary adds users; an operator may not")
    func addingUsers() async throws {
        let sample = try SampleOffice()
        _ = try sample.staff(.secretary)
        _ = try sample.staff(.operator)
        let new = ["name": "kades", "full_name": "Kades", "role": "village_head"]
        try await sample.browse { browser in
            try await browser.signIn(.operator, sample)
            #expect(try await browser.get("/pengguna").status == .forbidden)
            let refused = try await browser.post(
                "/pengguna/baru", new.merging(["password": "rahasia123"]) { $1 }, from: "/")
            #expect(refused.status == .forbidden)
        }
        try await sample.browse { browser in
            try await browser.signIn(.secretary, sample)
            let short = try await browser.post(
                "/pengguna/baru", new.merging(["password": "pendek"]) { $1 })
            #expect(short.html.contains("Sandi sedikitnya 8 huruf"))
            let added = try await browser.post(
                "/pengguna/baru", new.merging(["password": "rahasia123"]) { $1 })
            #expect(added.headers[.location] == "/pengguna?ok=pengguna")
        }
    }

    @Test("A password is kept as scrypt with its salt and parameters, never as itself")
    func credential() throws {
        let credential = try Credential(password: "rahasia123")
        #expect(credential.text.hasPrefix("scrypt$32768$8$1$"))
        #expect(!credential.text.contains("rahasia123"))
        let read = try #require(Credential(credential.text))
        #expect(try read.matches("rahasia123"))
        #expect(try !read.matches("rahasia124"))
        #expect(Credential("scrypt$1073741824$8$1$AAAA$AAAA") == nil)
    }
}
