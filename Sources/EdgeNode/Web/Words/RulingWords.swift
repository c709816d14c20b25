import SyncProtocol

/// What the centre decided, in words that say what to do.
struct RulingWords {
    let words: Words

    init(_ words: Words) { self.words = words }

    var wrongClock: String {
        words(
            "Jam komputer ini salah. Betulkan tanggal dan jamnya; pekerjaan boleh diteruskan.")
    }

    func reason(_ code: String) -> String {
        switch code {
        case "revoked_user": words("Dikerjakan oleh pengguna yang sudah dinonaktifkan.")
        case "foreign_author", "foreign_number", "foreign_row":
            words("Menyangkut data kantor lain.")
        case "regency_table": words("Data acuan hanya boleh diubah oleh kabupaten.")
        default: words("Isinya tidak sah.")
        }
    }

    func decision(_ entry: OfficeRulings.Withheld) -> String {
        switch entry.state {
        case .upheld: words("Tetap ditahan oleh {0}", entry.by)
        case nil: words("Ditolak oleh komputer ini")
        default: words("Menunggu keputusan pusat")
        }
    }

    func advice(_ entry: OfficeRulings.Withheld) -> String {
        entry.state == .inForce
            ? words("Bila pekerjaan ini benar, hubungi IT kabupaten agar dilepas.")
            : words("Bila masih diperlukan, catat kembali.")
    }
}
