import Models
import SyncProtocol

/// The languages of the screens, Indonesian first.
enum Language: String, CaseIterable, Sendable {
    case indonesian = "id"
    case english = "en"

    init(_ cookie: String?) { self = cookie.flatMap(Language.init(rawValue:)) ?? .indonesian }
}

/// The message catalogue: every text is named by its Indonesian wording.
///
/// Idea: screens are written in plain Indonesian and read as such; ``English`` translates. What
/// has no translation is shown in Indonesian rather than as a code.
struct Words: Sendable {
    let language: Language

    init(_ language: Language) { self.language = language }

    /// - Parameter arguments: for `{0}`, `{1}` in the text.
    func callAsFunction(_ indonesian: String, _ arguments: Any...) -> String {
        var text = language == .english ? English.texts[indonesian] ?? indonesian : indonesian
        for (index, argument) in arguments.enumerated() {
            text = text.replacing("{\(index)}", with: String(describing: argument))
        }
        return text
    }

    func callAsFunction(_ label: Label) -> String {
        language == .english ? label.en : label.id
    }

    func role(_ role: Role) -> String {
        choice("office_user", "role", role.code)
    }

    /// What an enumeration's code means; the code itself when it is of a newer version.
    func choice(_ table: String, _ column: String, _ code: String?) -> String {
        guard let code else { return "–" }
        guard
            case .enumeration(let choices)? = Domain.schema.table(named: table)?
                .column(named: column)?.type,
            let choice = choices.first(where: { $0.code == code })
        else { return code }
        return self(choice.label)
    }

    /// The sentence over a page after something was done.
    func notice(_ code: String) -> String? {
        Notice(rawValue: code).map { self($0.text) }
    }

    /// What a change was meant as.
    func intent(_ intent: String) -> String { self(Intents.texts[intent] ?? intent) }

    func place(_ place: Place) -> String {
        switch place {
        case .thisComputer: self("komputer ini")
        case .otherComputer(let replica): self("komputer lain ({0})", replica)
        case .centre: self("pusat")
        }
    }

    func delivery(_ delivery: Delivery) -> String {
        switch delivery {
        case .stored: self("tersimpan")
        case .sent: self("terkirim")
        case .received: self("diterima pusat")
        }
    }
}

/// What was done, as a word in the address of the page that follows.
enum Notice: String, CaseIterable {
    case saved = "tersimpan"
    case nothingChanged = "tetap"
    case birth = "lahir"
    case death = "mati"
    case movedOut = "pindah"
    case movedIn = "datang"
    case moveCancelled = "batal-pindah"
    case arrived = "tiba"
    case sentBack = "kembali"
    case proposalAccepted = "usulan"
    case proposalDeclined = "usulan-tolak"
    case drafted = "konsep"
    case signed = "tanda-tangan"
    case handedOver = "serah"
    case settled = "beres"
    case ringing = "panggil"
    case userAdded = "pengguna"
    case userDisabled = "nonaktif"
    case firstUser = "mulai"
    case signedOut = "keluar"
    case attached = "lampiran"
    case attachedBefore = "lampiran-ada"
    case attachmentAsked = "lampiran-diminta"
    case stickTaken = "flashdisk"
    case peerAdded = "tetangga"
    case peerRemoved = "tetangga-hapus"
    case peerAddressWrong = "alamat-salah"

    var text: String {
        switch self {
        case .saved: "Perubahan tersimpan."
        case .nothingChanged: "Tidak ada yang berubah."
        case .birth: "Kelahiran tercatat."
        case .death: "Kematian tercatat."
        case .movedOut: "Kepindahan tercatat."
        case .movedIn: "Kedatangan tercatat."
        case .moveCancelled: "Kepindahan dibatalkan."
        case .arrived: "Kedatangan tercatat. Desa asal diberi tahu lewat pusat."
        case .sentBack: "Kiriman dikembalikan ke desa asal."
        case .proposalAccepted: "Usulan Dukcapil diterima dan dicatat."
        case .proposalDeclined: "Usulan Dukcapil tidak diterima."
        case .drafted: "Konsep surat tersimpan. Menunggu persetujuan kepala."
        case .signed: "Surat disetujui, bernomor, dan siap dicetak."
        case .handedOver: "Surat dicatat sudah diserahkan."
        case .settled: "Beda data selesai. Keputusan ini berlaku di semua komputer."
        case .ringing: "Sinkronisasi diminta. Anda dapat terus bekerja."
        case .userAdded: "Pengguna ditambahkan."
        case .userDisabled: "Pengguna dinonaktifkan."
        case .firstUser: "Sekretaris sudah terdaftar. Silakan masuk."
        case .signedOut: "Anda sudah keluar."
        case .attached: "Lampiran tersimpan."
        case .attachedBefore: "Berkas ini sudah dilampirkan di sini."
        case .peerAdded: "Alamat tersimpan. Komputer ini akan mencoba sendiri."
        case .peerRemoved: "Alamat dihapus."
        case .peerAddressWrong: "Alamat itu tidak dikenali. Contohnya http://10.0.0.5:8700."
        case .attachmentAsked: "Berkas diminta. Ia datang pada sinkron berikutnya."
        case .stickTaken: "Data dari flashdisk sudah diambil."
        }
    }
}

/// What changes are meant as, for people (`author`, `intent` in the change-log).
enum Intents {
    static let texts: [String: String] = [
        "register.import": "Impor register", "resident.correct": "Perbaikan data warga",
        "household.correct": "Perbaikan data keluarga", "birth.register": "Pencatatan kelahiran",
        "death.register": "Pencatatan kematian", "move_out.register": "Pencatatan pindah keluar",
        "move_in.register": "Pencatatan pindah datang", "letter.draft": "Konsep surat",
        "document.add": "Lampiran ditambahkan", "attachment.add": "Foto ditambahkan",
        "letter.checked": "Surat diperiksa", "letter.verified": "Surat diverifikasi",
        "letter.sign": "Surat ditandatangani", "letter.hand_over": "Surat diserahkan",
        "letter.reject": "Surat ditolak", "letter.revoke": "Surat dicabut",
        "conflict.settle": "Penyelesaian beda data", "user.add": "Pengguna baru",
        "user.disable": "Pengguna dinonaktifkan", "lease.take": "Jatah nomor surat",
        "aid.deliver": "Penyaluran bantuan", "aid.allot": "Jatah bantuan ditetapkan",
        "aid.pass": "Jatah bantuan dipindahkan", "aid.recover": "Jatah bantuan dialihkan",
        "project.progress": "Kemajuan kegiatan",
        "project.import": "Impor kegiatan", "application.submit": "Permohonan layanan",
        "application.step": "Proses permohonan", "situation.report": "Laporan situasi bencana",
        "stock.allot": "Pembagian stok", "survey.answer": "Survei kepuasan",
        "complaint.receive": "Pengaduan diterima", "complaint.act": "Tindak lanjut pengaduan",
        "incident.open": "Kejadian bencana", "resident.remove_double": "Hapus data ganda",
        "transfer.accept": "Kiriman warga diterima", "transfer.return": "Kiriman dikembalikan",
        "transfer.cancel": "Kepindahan dibatalkan", "transfer.carry": "Kiriman diteruskan pusat",
        "transfer.decide": "Keputusan kepindahan", "registry.propose": "Usulan Dukcapil",
        "registry.decide": "Keputusan Dukcapil", "registry.accept": "Usulan Dukcapil diterima",
        "registry.decline": "Usulan Dukcapil ditolak", "finding.nik": "Pemeriksaan NIK ganda",
        "village.split": "Pemekaran desa", "report.review": "Periksa laporan",
        "report.close": "Tutup laporan bulanan",
    ]
}
