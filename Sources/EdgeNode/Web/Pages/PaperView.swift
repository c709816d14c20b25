import Models
import SyncProtocol

/// A letter's text as a sheet of paper: the same words, set as an office sets them.
///
/// The text is what was signed, so nothing is added to it but the letterhead's contact line, and
/// nothing left out: blocks are told apart by the blank lines that ``LetterText`` writes.
struct PaperView: Sendable {
    struct Block: Sendable {
        var text: String?
        var rows: [LabelledValue] = []
    }

    struct Code: Sendable {
        let svg: String
        let words: String
    }

    let head: [String]
    let contact: String?
    let title: String
    let number: String
    let blocks: [Block]
    let sign: [String]
    let signer: String
    let qr: Code?
    let isDraft: Bool
    let hasLogo: Bool

    init(_ text: String, _ letterhead: Office.Letterhead, qr: Code?, isDraft: Bool) {
        var blocks = text.split(separator: "\n\n").map { block in
            block.split(separator: "\n").map(String.init)
        }
        head = blocks.isEmpty ? [] : blocks.removeFirst()
        let heading = blocks.isEmpty ? [] : blocks.removeFirst()
        title = heading.first ?? ""
        number = heading.dropFirst().joined(separator: " ")
        let signer = blocks.isEmpty ? [] : blocks.removeLast()
        sign = blocks.isEmpty ? [] : blocks.removeLast()
        self.signer = signer.joined(separator: " ")
        contact = letterhead.contact.isEmpty ? nil : letterhead.contact
        hasLogo = letterhead.hasLogo
        self.qr = qr
        self.isDraft = isDraft
        self.blocks = blocks.map(Self.block)
    }

    /// Several lines of `Label: value` are a table; anything else is a paragraph.
    private static func block(_ lines: [String]) -> Block {
        let rows = lines.compactMap { line -> LabelledValue? in
            guard let colon = line.firstRange(of: ": ") else { return nil }
            return LabelledValue(
                label: String(line[..<colon.lowerBound]),
                value: String(line[colon.upperBound...]))
        }
        return lines.count > 1 && rows.count == lines.count
            ? Block(rows: rows) : Block(text: lines.joined(separator: " "))
    }
}

extension PaperView {
    /// The sheet of a letter of the register.
    init?(_ file: Office.LetterFile, _ head: Office.Letterhead, _ words: Words) {
        guard let text = file.text else { return nil }
        let qr = file.record.text("qr").flatMap { url in
            QRCode.svg(url).map { svg in
                Code(
                    svg: svg,
                    // Said honestly on every sheet, in the letter's own language.
                    words: "Pindai untuk memeriksa keaslian surat. "
                        + Words(.indonesian).choice(
                            "letter", "signature_class", file.record.text("signature_class")) + ".")
            }
        }
        self.init(text, head, qr: qr, isDraft: file.record.text("frozen_text") == nil)
    }
}
