/// What the head of an image file says, read before anything is decoded.
///
/// Problem: a picture of 60,000 × 60,000 points is a small file and 14 GB in memory.
/// Function: format by its first bytes, size in points, and the turn that a camera noted.
/// Sources: ITU-T T.81 Annex B (JPEG markers), PNG 1.2 §11.2.2, EXIF 2.32 §4.6.4 (orientation).
struct ImageHead: Hashable {
    enum Format {
        case jpeg, png, pdf
    }

    let format: Format
    /// Points; 0 for a PDF.
    var width = 0
    var height = 0
    /// EXIF's 1…8; 1 is upright.
    var orientation = 1

    /// - Returns: nil when it is none of the known formats or its head is damaged.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xff, 0xd8, 0xff]) {
            format = .jpeg
            guard readJPEG(bytes) else { return nil }
        } else if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            format = .png
            guard bytes.count >= 24 else { return nil }
            width = Self.number(bytes, at: 16, bytes: 4)
            height = Self.number(bytes, at: 20, bytes: 4)
        } else if bytes.starts(with: Array("%PDF-".utf8)) {
            format = .pdf
            return
        } else {
            return nil
        }
        guard width > 0, height > 0 else { return nil }
    }

    private static func number(_ bytes: [UInt8], at start: Int, bytes count: Int) -> Int {
        bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Walks the markers as far as the frame's head.
    private mutating func readJPEG(_ bytes: [UInt8]) -> Bool {
        var at = 2
        while at + 4 <= bytes.count, bytes[at] == 0xff {
            let marker = bytes[at + 1]
            if marker == 0xff {
                at += 1
                continue
            }
            let length = Self.number(bytes, at: at + 2, bytes: 2)
            guard length >= 2, at + 2 + length <= bytes.count else { return false }
            let isFrame = (0xc0...0xcf).contains(marker) && ![0xc4, 0xc8, 0xcc].contains(marker)
            if isFrame {
                guard length >= 7 else { return false }
                height = Self.number(bytes, at: at + 5, bytes: 2)
                width = Self.number(bytes, at: at + 7, bytes: 2)
                return true
            }
            if marker == 0xe1 {
                readOrientation(Array(bytes[at + 4..<at + 2 + length]))
            }
            at += 2 + length
        }
        return false
    }

    /// Tag 0x0112 of the first directory; anything unclear leaves the picture upright.
    private mutating func readOrientation(_ exif: [UInt8]) {
        guard exif.count >= 14, exif.starts(with: Array("Exif\0\0".utf8)) else { return }
        let tiff = Array(exif.dropFirst(6))
        let isLittle = tiff[0] == UInt8(ascii: "I")
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at + count <= tiff.count else { return nil }
            let part = tiff[at..<at + count]
            return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) {
                $0 << 8 | Int($1)
            }
        }
        guard let directory = number(4, 4), let count = number(directory, 2) else { return }
        for index in 0..<min(count, 64) {
            let entry = directory + 2 + 12 * index
            guard let tag = number(entry, 2) else { return }
            if tag == 0x0112, let turn = number(entry + 8, 2), (1...8).contains(turn) {
                orientation = turn
            }
        }
    }
}
