/// The frozen text of a letter, from its type's template, its fields and the resident.
///
/// Problem: the text is what is signed, so every replica must write the same bytes from the same
/// data, and a field that a citizen dictated must not be able to change the letter around it.
/// Idea: one pass over the template; what is filled in is never looked at again, and line breaks
/// and direction marks in it become spaces.
///
/// Invariants: the same input gives the same bytes; the output has exactly the lines of the
/// template; a placeholder without a value is an error, never an empty gap.
import SyncProtocol

public struct LetterText: Hashable, Sendable {
    public enum Failure: Error, Hashable, Sendable {
        case unknownPlaceholder(String)
        /// A `{` without `}`, or the other way round, at this byte of the template.
        case unbalancedBrace(offset: Int)
        /// Longer than ``lengthLimit`` bytes.
        case tooLong
    }

    /// Two pages; keeps a letter within one segment of the wire.
    public static let lengthLimit = 16_384

    /// Who issues it. Names as in ``Region``.
    public struct Office: Hashable, Sendable {
        public var name: String
        public var district: String
        public var isUrban: Bool

        public init(name: String, district: String, isUrban: Bool) {
            self.name = name
            self.district = district
            self.isUrban = isUrban
        }

        /// `DESA KATENG` of the letterhead.
        var heading: String { (isUrban ? "KELURAHAN " : "DESA ") + name.uppercased() }
        /// `Kepala Desa Kateng`.
        public var headTitle: String { (isUrban ? "Lurah " : "Kepala Desa ") + name }
    }

    /// Whom it is about; enumerations as their codes, unknown values nil.
    public struct Person: Hashable, Sendable {
        public var name: String?
        public var nik: String?
        public var birthPlace: String?
        public var birthDate: CivilDate?
        public var sex: String?
        public var religion: String?
        public var occupation: String?
        public var address: String?
        public var hamlet: String?
        public var rt: String?
        public var rw: String?
        public var maritalStatus: String?
        public var citizenship: String?
        public var education: String?
        public var fatherName: String?
        public var motherName: String?
        public var familyCardNo: String?

        public init(name: String? = nil) { self.name = name }
    }

    /// `letter_type.title`.
    public var title: String
    /// `letter_type.body`.
    public var body: String
    /// `letter_type.opening`; nil for the standard sentence.
    public var opening: String?
    /// `letter_type.closing`; nil for the standard sentence.
    public var closing: String?

    public init(title: String, body: String, opening: String? = nil, closing: String? = nil) {
        self.title = title
        self.body = body
        self.opening = opening
        self.closing = closing
    }

    public static let standardOpening = """
        Yang bertanda tangan di bawah ini {signer_title}, Kecamatan {district}, \
        Kabupaten Lombok Tengah, menerangkan dengan sebenarnya bahwa:
        """

    public static let standardClosing = """
        Demikian surat keterangan ini dibuat dengan sebenarnya untuk dapat dipergunakan \
        sebagaimana mestinya.
        """

    private static let head = """
        PEMERINTAH KABUPATEN LOMBOK TENGAH
        KECAMATAN {DISTRICT}
        {OFFICE}

        {TITLE}
        Nomor: {number}


        """

    private static let about = """


        Nama: {name}
        NIK: {nik}
        Tempat/tanggal lahir: {birth}
        Jenis kelamin: {sex}
        Agama: {religion}
        Pekerjaan: {occupation}
        Alamat: {address}


        """

    private static let foot = """


        {office}, {issued}
        {signer_title}

        {signer}
        """

    /// The text to freeze.
    /// - Parameters:
    ///   - fields: The letter's fields as they shall read (see ``LetterField/spoken(_:)``). They
    ///     may hide the resident's data in the body, never in the rest of the letter.
    ///   - number: The rendered number.
    ///   - issued: The day of issue as it shall read, `1 September 2026`.
    /// - Throws: A template that asks for what there is not, or a text that is too long.
    public func render(
        fields: [(name: String, value: String)], person: Person, office: Office, number: String,
        issued: String, signer: String, signerTitle: String? = nil
    ) throws(Failure) -> String {
        let known = Dictionary(
            LetterText.values(
                of: person, office: office, title: title, number: number, issued: issued,
                signer: signer, signerTitle: signerTitle ?? office.headTitle),
            uniquingKeysWith: { first, _ in first })
        let inBody = Dictionary(
            fields.map { ($0.name, LetterText.singleLine($0.value)) },
            uniquingKeysWith: { first, _ in first })
        var text = try LetterText.fill(LetterText.head, known)
        text += try LetterText.fill(opening ?? LetterText.standardOpening, known)
        text += try LetterText.fill(LetterText.about, known)
        text += try LetterText.fill(body, inBody, known)
        text += "\n\n"
        text += try LetterText.fill(closing ?? LetterText.standardClosing, known)
        text += try LetterText.fill(LetterText.foot, known)
        guard text.utf8.count <= LetterText.lengthLimit else { throw .tooLong }
        return text
    }

    /// The placeholders of a template in order, so that an editor can check it before it is saved.
    public static func placeholders(in template: String) throws(Failure) -> [String] {
        try pieces(of: template).compactMap { piece in
            if case .placeholder(let name) = piece { name } else { nil }
        }
    }

    /// What any template may use besides the letter's own fields.
    public static let builtIn: [String] = values(
        of: Person(), office: Office(name: "", district: "", isUrban: false), title: "",
        number: "", issued: "", signer: "", signerTitle: ""
    ).map(\.0)

    // MARK: - Values

    private static func values(
        of person: Person, office: Office, title: String, number: String, issued: String,
        signer: String, signerTitle: String
    ) -> [(String, String)] {
        let birthDate = person.birthDate.map { ", " + $0.spoken } ?? ""
        let rt = person.rt ?? "-"
        let rw = person.rw ?? "-"
        let values: [(String, String)] = [
            ("DISTRICT", office.district.uppercased()), ("OFFICE", office.heading),
            ("TITLE", title), ("district", office.district), ("office", office.name),
            ("number", number), ("issued", issued), ("signer", signer),
            ("signer_title", signerTitle), ("name", person.name ?? ""),
            ("nik", person.nik ?? "-"), ("birth", (person.birthPlace ?? "") + birthDate),
            ("sex", label(Choices.sex, person.sex)),
            ("religion", label(Choices.religion, person.religion)),
            ("occupation", person.occupation ?? ""),
            ("address", "\(person.address ?? "") RT \(rt)/RW \(rw)"),
            ("hamlet", person.hamlet ?? ""),
            ("marital_status", label(Choices.maritalStatus, person.maritalStatus)),
            ("citizenship", label(Choices.citizenship, person.citizenship)),
            ("education", label(Choices.education, person.education)),
            ("father_name", person.fatherName ?? "-"),
            ("mother_name", person.motherName ?? "-"),
            ("family_card_no", person.familyCardNo ?? "-"),
        ]
        return values.map { ($0.0, singleLine($0.1)) }
    }

    private static func label(_ choices: [Choice], _ code: String?) -> String {
        guard let code else { return "-" }
        return choices.first { $0.code == code }?.label.id ?? code
    }

    /// Line breaks, other controls (but tab) and marks that turn the reading direction become
    /// spaces: none of them may forge a line of the letter.
    static func singleLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: result.append(scalar)
            case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E,
                0x2066...0x2069:
                result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    // MARK: - Filling

    private enum Piece {
        case literal(String)
        case placeholder(String)
    }

    private static func fill(
        _ template: String, _ values: [String: String]...
    ) throws(Failure) -> String {
        var text = ""
        for piece in try pieces(of: template) {
            switch piece {
            case .literal(let literal): text += literal
            case .placeholder(let name):
                guard let value = values.lazy.compactMap({ $0[name] }).first else {
                    throw .unknownPlaceholder(name)
                }
                text += value
            }
            guard text.utf8.count <= lengthLimit else { throw .tooLong }
        }
        return text
    }

    private static func pieces(of template: String) throws(Failure) -> [Piece] {
        guard template.utf8.count <= lengthLimit else { throw .tooLong }
        var pieces: [Piece] = []
        var bytes: [UInt8] = []
        var openedAt: Int?
        for (offset, byte) in template.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "{"):
                guard openedAt == nil else { throw .unbalancedBrace(offset: offset) }
                if !bytes.isEmpty {
                    pieces.append(.literal(String(decoding: bytes, as: UTF8.self)))
                }
                bytes = []
                openedAt = offset
            case UInt8(ascii: "}"):
                guard openedAt != nil else { throw .unbalancedBrace(offset: offset) }
                pieces.append(.placeholder(String(decoding: bytes, as: UTF8.self)))
                bytes = []
                openedAt = nil
            default:
                bytes.append(byte)
            }
        }
        if let openedAt { throw .unbalancedBrace(offset: openedAt) }
        if !bytes.isEmpty { pieces.append(.literal(String(decoding: bytes, as: UTF8.self))) }
        return pieces
    }
}
