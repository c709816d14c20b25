import Bundles
import ChangeStore
import Hummingbird
import Models
import SyncProtocol

/// What went wrong, in plain words that say what to do. The only place that does.
struct PlainWords {
    struct Page: Sendable {
        let status: HTTPResponse.Status
        let title: String
        let text: String
        let isSignInNeeded: Bool
    }

    let words: Words

    init(_ words: Words) { self.words = words }

    func page(for error: any Error) -> Page {
        switch error {
        case let fault as OfficeFault:
            return page(status(of: fault), "Belum bisa dilakukan", sentence(for: fault))
        case let fault as BundleFault:
            return page(.unprocessableContent, "Belum bisa dilakukan", sentence(for: fault))
        case is ForeignForm:
            return page(
                .forbidden, "Formulir ditolak",
                words("Formulir ini sudah kedaluwarsa. Buka lagi halamannya, lalu ulangi."))
        case let fault as AttachFault:
            return page(.unprocessableContent, "Belum bisa dilakukan", sentence(for: fault))
        case let error as ContentError:
            let status: HTTPResponse.Status =
                if case .notHere = error { .notFound } else { .unprocessableContent }
            return page(status, "Belum bisa dilakukan", sentence(for: error))
        case is URLEncodedFormError, is MultipartForm.Malformed:
            return page(
                .badRequest, "Formulir ditolak", words("Isian formulir tidak dapat dibaca."))
        case let error as any HTTPResponseError where error.status == .notFound:
            return page(.notFound, "Tidak ditemukan", sentence(for: OfficeFault.notFound))
        case let error as any HTTPResponseError:
            return page(
                error.status, "Belum bisa dilakukan", words("Permintaan ini tidak dapat dilayani."))
        case let error as StoreError:
            return page(.serviceUnavailable, "Penyimpanan bermasalah", sentence(for: error))
        default:
            return page(
                .internalServerError, "Terjadi kesalahan",
                words(
                    "Perubahan terakhir tidak disimpan; data lain aman. Ulangi, dan hubungi TI "
                        + "pusat bila terjadi lagi."))
        }
    }

    private func page(
        _ status: HTTPResponse.Status, _ title: String, _ text: String
    ) -> Page {
        Page(status: status, title: words(title), text: text, isSignInNeeded: false)
    }

    private func status(of fault: OfficeFault) -> HTTPResponse.Status {
        switch fault {
        case .notAllowed: .forbidden
        case .notFound: .notFound
        case .lockedOut: .tooManyRequests
        case .signInRefused: .unauthorized
        case .refused, .doubtful, .letterTypeUnusable: .unprocessableContent
        case .usersExistAlready, .lastDecider, .nameTaken, .changedMeanwhile, .wrongState,
            .noNumbers, .aidShareUsed, .aidHandedOut:
            .conflict
        case .noSigningKey: .serviceUnavailable
        }
    }

    func sentence(for fault: OfficeFault) -> String {
        switch fault {
        case .notAllowed(let roles):
            words(
                "Langkah ini hanya boleh dilakukan oleh: {0}.",
                roles.filter(Role.ofVillage.contains).map(words.role).joined(separator: ", "))
        case .notFound: words("Data ini tidak ada di kantor ini, atau sudah dihapus.")
        case .signInRefused(let left):
            words("Nama pengguna atau sandi salah. Sisa percobaan: {0}.", left)
        case .lockedOut(let until):
            words(
                "Terlalu banyak percobaan salah. Coba lagi pukul {0}.",
                Format(words).time(until))
        case .usersExistAlready: words("Kantor ini sudah mempunyai pengguna. Silakan masuk.")
        case .lastDecider:
            words("Harus tetap ada seorang sekretaris atau kepala yang dapat masuk.")
        case .nameTaken(let name): words("Nama pengguna “{0}” sudah dipakai.", name)
        case .refused: words("Ada isian yang perlu diperbaiki.")
        case .doubtful: words("Periksa lagi hal-hal berikut sebelum menyimpan.")
        case .changedMeanwhile:
            words(
                "Data ini diubah orang lain sejak formulir dibuka. Belum ada yang disimpan; "
                    + "nilai terbaru ditunjukkan di bawah.")
        case .wrongState:
            words("Status dokumen sudah berubah. Muat ulang halaman untuk melihat yang terbaru.")
        case .letterTypeUnusable(let code):
            words(
                "Jenis surat {0} belum lengkap di data acuan kabupaten. Hubungi TI pusat.", code)
        case .noNumbers:
            words(
                "Nomor surat di komputer ini habis. Sinkronkan dulu untuk mendapat jatah nomor "
                    + "baru; konsep surat tetap tersimpan.")
        case .aidShareUsed(let left):
            words(
                "Jatah bantuan di komputer ini tinggal {0}. Minta tambahan jatah, atau isi alasan "
                    + "bila keadaan darurat.", Int(left))
        case .aidHandedOut(let at):
            words("Bantuan ini sudah diserahkan pada {0}.", Format(words).moment(at))
        case .noSigningKey:
            words("Kunci tanda tangan komputer ini tidak terbaca. Hubungi TI pusat.")
        }
    }

    /// One line with everything that is wrong, for the command line.
    func report(_ fault: OfficeFault) -> String {
        let problems: [FieldProblem] =
            switch fault {
            case .refused(let problems), .doubtful(let problems): problems
            default: []
            }
        let list = problems.map { "\($0.field): \(sentence(for: $0.reason))" }
        return ([sentence(for: fault)] + list).joined(separator: " ")
    }

    func sentence(for error: StoreError) -> String {
        switch error {
        case .diskFull:
            words(
                "Ruang penyimpanan komputer penuh. Kosongkan sebagian, lalu ulangi. Yang sudah "
                    + "tersimpan aman.")
        case .diskFails:
            words(
                "Cakram komputer gagal membaca atau menulis. Ulangi; bila tetap gagal, hubungi TI "
                    + "pusat. Yang sudah tersimpan aman.")
        case .inUse: words("Data sedang dipakai program lain. Tunggu sebentar, lalu ulangi.")
        case .damaged:
            words("Berkas data rusak. Hentikan pekerjaan dan hubungi TI pusat untuk pemulihan.")
        default: words("Berkas data tidak dapat dibuka. Hubungi TI pusat.")
        }
    }

    func sentence(for reason: FieldProblem.Reason) -> String {
        switch reason {
        case .missing: words("Wajib diisi.")
        case .notADay: words("Tanggal ini tidak ada. Tulis seperti 7-9-2026.")
        case .notAChoice: words("Pilih salah satu yang tersedia.")
        case .notANumber: words("Tulis angka saja.")
        case .tooLong: words("Terlalu panjang.")
        case .nik(let reason): words(reason.sentence)
        case .familyCard: words("Nomor KK harus terdiri atas 16 angka.")
        case .inFuture: words("Tanggal belum terjadi.")
        case .beforeBirth: words("Tanggal ini sebelum tanggal lahir.")
        case .beforeEvent: words("Tanggal lapor tidak boleh sebelum tanggal peristiwa.")
        case .notAlive: words("Warga ini sudah tercatat meninggal, pindah, atau hilang.")
        case .nobodyChosen: words("Pilih sedikitnya satu orang.")
        case .passwordTooShort(let minimum): words("Sandi sedikitnya {0} huruf.", minimum)
        case .badUserName:
            words("Gunakan 2–32 huruf kecil, angka, titik, atau tanda hubung.")
        case .textUnusable: words("Isian ini tidak dapat dipakai.")
        case .reasonMissing: words("Tulis alasannya.")
        default: doubt(reason)
        }
    }

    private func doubt(_ reason: FieldProblem.Reason) -> String {
        switch reason {
        case .lateBy(let days): words("Pelaporan terlambat {0} hari.", days)
        case .sameChildExists(let name):
            words("Anak bernama {0} dengan tanggal lahir sama sudah ada di keluarga ini.", name)
        case .sameNIKExists(let name): words("NIK ini sudah dipakai oleh {0}.", name)
        case .sameFamilyCardExists: words("Nomor KK ini sudah dipakai keluarga lain.")
        case .leavesNoHead: words("Keluarga menjadi tanpa kepala keluarga. Pilih penggantinya.")
        case .parentTooYoung: words("Ibu berusia di bawah 10 tahun pada tanggal itu.")
        case .alreadySent(let office):
            words("Warga ini sudah dikirim ke {0} dan belum dijawab.", office)
        case .anotherHead: words("Keluarga ini sudah mempunyai kepala keluarga.")
        default: words("Isian ini tidak dapat dipakai.")
        }
    }

    /// What became of data that something else altered.
    func remedy(_ remedy: Damage.Remedy) -> String {
        switch remedy {
        case .ownLog: words("sudah dipulihkan dari catatan komputer ini")
        case .peer: words("sudah dipulihkan dari pusat")
        case .open: words("belum dipulihkan; hubungi TI pusat")
        }
    }

    /// Why the centre has not confirmed what waits.
    func sync(_ outcome: SyncSession.Outcome) -> String {
        guard case .failed(let code) = outcome else { return words("Berhasil") }
        return switch code {
        case "unreachable": words("Pusat tidak dapat dihubungi; mungkin jaringan mati.")
        case "not_trasne":
            words("Jaringan meminta masuk (halaman Wi-Fi), atau alamat pusat salah.")
        case "cut": words("Sambungan terputus di tengah jalan; sisanya menyusul.")
        case "damaged": words("Jawaban pusat rusak di jalan; akan diulang.")
        case "no_progress": words("Ada kiriman yang belum bisa diterima. Hubungi TI pusat.")
        case "store": words("Penyimpanan komputer ini bermasalah.")
        case "device": words("Berkas perangkat tidak terbaca. Hubungi TI pusat.")
        case let code where code.hasPrefix("refused_"):
            words("Pusat menolak komputer ini. Hubungi TI pusat.")
        default: words("Gagal karena sebab lain. Hubungi TI pusat bila berulang.")
        }
    }
}
