import Models
import SyncProtocol
import Testing

struct IdentityNumberTests {
    @Test("The five vectors of DOMAIN hold")
    func vectors() {
        #expect(
            NIK.check("5202010101010001", birthDate: CivilDate(iso: "2001-01-01"), sex: "male")
                == .ok)
        #expect(
            NIK.check("5202045503880002", birthDate: CivilDate(iso: "1988-03-15"), sex: "female")
                == .ok)
        #expect(NIK.check("5202047203880002") == .refused(.impossibleDay))
        #expect(NIK.check("5202043102880001") == .warning([.dayNotInMonth]))
        #expect(NIK.check("5271021708900003") == .ok)
    }

    @Test("What cannot be a NIK is refused with its reason")
    func refusals() {
        #expect(NIK.check("520201010101000") == .refused(.notSixteenDigits))
        #expect(NIK.check("52020101010100011") == .refused(.notSixteenDigits))
        #expect(NIK.check("5202010001010001") == .refused(.impossibleDay))
        #expect(NIK.check("5202013201010001") == .refused(.impossibleDay))
        #expect(NIK.check("5202014001010001") == .refused(.impossibleDay))
        #expect(NIK.check("5202010100010001") == .refused(.impossibleMonth))
        #expect(NIK.check("5202010113010001") == .refused(.impossibleMonth))
        #expect(NIK.check("5202010101010000") == .refused(.zeroSerial))
        for text in hostileTexts { #expect(NIK.check(text) == .refused(.notSixteenDigits)) }
    }

    @Test("What only looks wrong is kept with every reason")
    func warnings() {
        #expect(
            NIK.check("5202010101010001", birthDate: CivilDate(iso: "2001-01-02"), sex: "female")
                == .warning([.birthDateDiffers, .sexDiffers]))
        #expect(NIK.check("5202130101010001") == .warning([.unknownDistrict]))
        #expect(NIK.check("9902010101010001") == .warning([.unknownDistrict]))
        #expect(NIK.check("5203010101010001") == .ok)
        #expect(NIK.check("5202012902000001") == .ok)
        #expect(NIK.check("5202012902010001") == .warning([.dayNotInMonth]))
        #expect(
            NIK.check("5202012902000001", birthDate: CivilDate(iso: "1900-02-28"))
                == .warning([.birthDateDiffers, .dayNotInMonth]))
        #expect(NIK.check("5202010101010001", sex: "unknown") == .ok)
    }

    @Test("The century comes from the birth date")
    func centuries() {
        for year in [1901, 2001] {
            #expect(
                NIK.check(
                    "5202010101010001", birthDate: CivilDate(year: year, month: 1, day: 1)) == .ok)
        }
    }

    @Test("A NIK made from a resident's data is sound, and only for that resident")
    func made() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let day = CivilDate(daysSinceEpoch: Int.random(in: -15_000...20_000, using: &generator))
            let female = Bool.random(using: &generator)
            let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
            let nik =
                "5202" + two(Int.random(in: 1...12, using: &generator))
                + two(day.day + (female ? 40 : 0)) + two(day.month) + two(day.year % 100) + "0001"
            #expect(NIK.check(nik, birthDate: day, sex: female ? "female" : "male") == .ok)
            #expect(
                NIK.check(nik, birthDate: day, sex: female ? "male" : "female")
                    == .warning([.sexDiffers]))
            #expect(
                NIK.check(nik, birthDate: day.adding(days: 1)) == .warning([.birthDateDiffers]))
        }
    }

    @Test("Random digits never trap")
    func random() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let text = String(
                (0..<16).map { _ in Character("\(Int.random(in: 0...9, using: &generator))") })
            if case .warning(let reasons) = NIK.check(text) { #expect(!reasons.isEmpty) }
            #expect(NIK.masked(text).count == 16)
        }
    }

    @Test("Every reason says why in both languages")
    func sentences() {
        for reason in NIK.Reason.allCases {
            #expect(!reason.sentence.id.isEmpty && !reason.sentence.en.isEmpty)
        }
    }

    @Test("A masked NIK hides the birth date, and a text that is none altogether")
    func masked() {
        #expect(NIK.masked("5202045503880002") == "5202**********02")
        #expect(NIK.masked("rahasia") == "*******")
        for text in hostileTexts {
            let masked = NIK.masked(text)
            #expect(masked.count <= 16 && masked.allSatisfy { $0 == "*" })
        }
        #expect(MaskedName.mask("Baiq Siti") == "Ba***")
        #expect(MaskedName.mask("") == "***")
    }

    @Test("A family card number has sixteen digits")
    func familyCard() {
        #expect(FamilyCardNumber.check("5202050106240018") == .ok)
        for text in hostileTexts + ["520205010624001", "52020501062400180"] {
            #expect(FamilyCardNumber.check(text) != .ok)
        }
    }
}
