import ChangeStore
import SyncProtocol

extension PlainWords {
    func sentence(for fault: AttachFault) -> String {
        let format = Format(words)
        return switch fault {
        case .unreadable, .unknownFormat:
            words(
                "Berkas ini bukan foto JPEG atau PNG dan bukan PDF. Simpan sebagai salah satunya, "
                    + "lalu ulangi.")
        case .fileTooLarge(let bytes, let limit), .pdfTooLarge(let bytes, let limit):
            words(
                "Berkas terlalu besar ({0}; paling besar {1}). Pindai dengan resolusi lebih "
                    + "rendah.", format.bytes(bytes), format.bytes(limit))
        case .damagedPicture:
            words("Foto ini rusak dan tidak dapat dibuka. Foto atau pindai lagi.")
        case .tooManyPoints(let width, let height):
            words(
                "Foto terlalu besar ({0} × {1} titik). Pindai dengan resolusi lebih rendah.",
                width, height)
        }
    }

    func sentence(for error: ContentError) -> String {
        let format = Format(words)
        return switch error {
        case .empty: words("Berkas ini kosong.")
        case .tooLarge(let bytes, let limit):
            words(
                "Berkas terlalu besar ({0}; paling besar {1}). Pindai dengan resolusi lebih "
                    + "rendah.", format.bytes(bytes), format.bytes(limit))
        case .full, .badQuota:
            words(
                "Tempat lampiran di komputer ini penuh. Hubungi TI pusat; data lain tetap dapat "
                    + "dicatat.")
        case .notHere:
            words(
                "Isi berkas ini tidak ada di komputer ini. Mintalah; ia datang pada sinkron "
                    + "berikutnya.")
        case .damaged:
            words("Isi berkas ini rusak di komputer ini. Lampirkan lagi, atau minta dari pusat.")
        }
    }
}
