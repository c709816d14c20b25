/// The national identity number (NIK, *Nomor Induk Kependudukan*).
///
/// Sixteen digits `PPKKCC DDMMYY NNNN`: province, regency and district of *first* registration, the
/// birth date (day + 40 for women) and a serial (UU 24/2013; DOMAIN §3). It stays for life, so a
/// prefix of another regency is normal, and it can be wrong in the register: only what cannot be a
/// NIK at all is refused, the rest is a warning that says why. It is never a key and never made up.
public import SyncProtocol

public enum NIK {
    /// Why a NIK is refused or doubted.
    public enum Reason: Hashable, Sendable, CaseIterable {
        // Refused.
        case notSixteenDigits
        case impossibleDay
        case impossibleMonth
        case zeroSerial
        // Warned about.
        case birthDateDiffers
        case sexDiffers
        case unknownDistrict
        case dayNotInMonth

        /// One plain sentence for the form.
        public var sentence: Label {
            switch self {
            case .notSixteenDigits:
                Label("NIK harus terdiri atas 16 angka.", "A NIK has exactly 16 digits.")
            case .impossibleDay:
                Label(
                    "Angka tanggal lahir pada NIK harus 01–31, atau 41–71 untuk perempuan.",
                    "The day in the NIK must be 01–31, or 41–71 for women.")
            case .impossibleMonth:
                Label(
                    "Angka bulan lahir pada NIK harus 01–12.",
                    "The month in the NIK must be 01–12.")
            case .zeroSerial:
                Label(
                    "Nomor urut NIK tidak boleh 0000.", "The serial of a NIK cannot be 0000.")
            case .birthDateDiffers:
                Label(
                    "Tanggal lahir pada NIK berbeda dengan tanggal lahir warga.",
                    "The birth date in the NIK differs from the resident's birth date.")
            case .sexDiffers:
                Label(
                    "Jenis kelamin menurut NIK berbeda dengan jenis kelamin warga.",
                    "The sex in the NIK differs from the resident's sex.")
            case .unknownDistrict:
                Label(
                    "Kode wilayah pada NIK tidak dikenal.",
                    "The district code in the NIK is not known.")
            case .dayNotInMonth:
                Label(
                    "Tanggal pada NIK tidak ada dalam bulan itu.",
                    "The day in the NIK does not exist in that month.")
            }
        }
    }

    public enum Verdict: Hashable, Sendable {
        case ok
        /// Store it, show the reasons. Never empty.
        case warning([Reason])
        case refused(Reason)
    }

    /// Checks a NIK, against the resident's birth date and sex (`male`, `female`) where known.
    public static func check(
        _ text: String, birthDate: CivilDate? = nil, sex: String? = nil
    ) -> Verdict {
        guard let digits = Digits.exactly(16, text) else { return .refused(.notSixteenDigits) }
        let number = { (range: Range<Int>) in Digits.value(digits[range]) ?? 0 }
        let writtenDay = number(6..<8)
        guard (1...31).contains(writtenDay) || (41...71).contains(writtenDay) else {
            return .refused(.impossibleDay)
        }
        let month = number(8..<10)
        guard (1...12).contains(month) else { return .refused(.impossibleMonth) }
        guard number(12..<16) != 0 else { return .refused(.zeroSerial) }

        let isFemale = writtenDay > 40
        let day = isFemale ? writtenDay - 40 : writtenDay
        let year = number(10..<12)
        var reasons: [Reason] = []
        if let birthDate,
            (birthDate.day, birthDate.month, birthDate.year % 100) != (day, month, year)
        {
            reasons.append(.birthDateDiffers)
        }
        if sex == (isFemale ? "male" : "female") { reasons.append(.sexDiffers) }
        if !isKnown(province: number(0..<2), regency: number(2..<4), district: number(4..<6)) {
            reasons.append(.unknownDistrict)
        }
        // The NIK has no century. Every fourth year may be a leap year, unless the birth date
        // says that "00" is 1900.
        let century = birthDate.map { $0.year / 100 * 100 } ?? 2000
        if day > CivilDate.daysIn(month: month, year: century + year) {
            reasons.append(.dayNotInMonth)
        }
        return reasons.isEmpty ? .ok : .warning(reasons)
    }

    /// Within Lombok Tengah the 12 districts are known; elsewhere only the province is checked,
    /// for new districts appear there that nobody here hears of.
    private static func isKnown(province: Int, regency: Int, district: Int) -> Bool {
        if province == 52, regency == 2 { return (1...12).contains(district) }
        return regency > 0 && district > 0
            && provinces.contains { $0.contains(province) }
    }

    /// Kemendagri's province codes in use.
    private static let provinces: [ClosedRange<Int>] = [
        11...19, 21...21, 31...36, 51...53, 61...65, 71...76, 81...82, 91...96,
    ]

    /// `5202**********02`: enough to recognise one's own, too little to tell a birth date.
    /// What is no NIK is masked wholly.
    public static func masked(_ text: String) -> String {
        guard Digits.exactly(16, text) != nil else {
            return String(repeating: "*", count: min(16, text.utf8.count))
        }
        return text.prefix(4) + String(repeating: "*", count: 10) + text.suffix(2)
    }
}

/// The family card number (nomor KK): 16 digits.
public enum FamilyCardNumber {
    public enum Verdict: Hashable, Sendable {
        case ok
        case refused(Label)
    }

    public static func check(_ text: String) -> Verdict {
        Digits.exactly(16, text) == nil
            ? .refused(
                Label("Nomor KK harus terdiri atas 16 angka.", "A card number has 16 digits."))
            : .ok
    }
}

/// How a name is shown where anybody may look (public pages, QR codes).
public enum MaskedName {
    /// Two characters and three stars: `Ba***`.
    public static func mask(_ name: String) -> String { name.prefix(2) + "***" }
}
