import Bundles

extension PlainWords {
    /// What is wrong with what a stick brought.
    func sentence(for fault: BundleFault) -> String {
        switch fault {
        case .notABundle(let file), .cannotRead(let file):
            words("Berkas {0} bukan kiriman Trasne. Pilih berkas .trasne dari flashdisk.", file)
        case .damaged(let file):
            words(
                "Berkas {0} rusak. Salin lagi dari flashdisk, atau minta pusat membuatnya "
                    + "kembali. Tidak ada yang diubah.", file)
        case .newerFormat(let file):
            words("Berkas {0} dibuat oleh program yang lebih baru. Perbarui program dahulu.", file)
        case .partsDisagree:
            words("Berkas-berkas ini bukan satu kiriman. Minta pusat membuatnya kembali.")
        case .partsMissing(_, let missing, let count):
            words(
                "Kiriman ini terdiri atas {0} berkas; nomor {1} belum dipilih. Pilih semua "
                    + "berkasnya sekaligus.", count,
                missing.map(String.init).joined(separator: ", "))
        case .forAnother(let file, _, _):
            words("Berkas {0} bukan untuk komputer ini. Tidak ada yang diubah.", file)
        case .otherKeys(let file):
            words(
                "Berkas {0} dibuat untuk pendaftaran lama komputer ini. Minta yang baru dari "
                    + "pusat.", file)
        case .notFromSender(let file, _):
            words(
                "Tanda tangan berkas {0} bukan dari pusat. Jangan dipakai; hubungi TI pusat.", file)
        case .contentUnreadable(let file, _):
            words("Isi berkas {0} tidak dapat dibaca. Minta pusat membuatnya kembali.", file)
        case .answerUnreadable(let file, _):
            words(
                "Sebagian isi berkas {0} tidak dapat dibaca. Buat kiriman baru di komputer ini, "
                    + "bawa ke pusat, lalu bawa balasannya ke sini. Tidak ada yang hilang.", file)
        case .senderKeyUnknown:
            words(
                "Komputer ini belum mengenal kunci pusat. Sinkronkan sekali lewat jaringan, atau "
                    + "hubungi TI pusat.")
        case .nothingThere:
            words("Belum ada berkas yang dipilih. Pilih berkas .trasne dari flashdisk.")
        case .tooLarge, .fileExists, .cannotWrite, .badSize:
            words("Kiriman flashdisk tidak dapat dibuat. Hubungi TI pusat.")
        }
    }
}
