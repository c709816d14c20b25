import SyncProtocol

/// Takes out of training samples what is about one person.
///
/// Problem: a dictionary goes to every office, and an office must never see another's residents;
/// yet it is trained from real changes. Idea: a word is kept only where it followed the word
/// before it, in that column, at several offices: that is a form's sentence, a place or a very
/// common name. Every other word gives way to a common word from some other row of its column,
/// numbers and codes to random ones, so the samples keep their shape and nobody's data.
struct SampleMask {
    /// At so many offices a pair of words is nobody's own.
    static let officesMin = 3

    private static let straysMax = 64

    private struct Seen {
        var offices: Int
        var last: Int
    }

    private let schema: Schema
    private var pairs: [UInt64: Seen] = [:]
    private var words: [ColumnPlace: [[UInt8]: Seen]] = [:]
    /// Common words that were taken out lately: what takes the place of the next ones.
    private var strays: [ColumnPlace: [[UInt8]]] = [:]
    private var chance = Chance(state: 0x5ee_d0f_7a5)

    private struct ColumnPlace: Hashable {
        let table: TableID
        let column: ColumnID

        static let author = ColumnPlace(table: TableID(0), column: ColumnID(0))
    }

    init(schema: Schema) { self.schema = schema }

    // MARK: - Looking

    /// - Parameter office: its number; changes of one office must come one after the other.
    mutating func look(at changeset: Changeset, office: Int) {
        Self.count(&words[.author, default: [:]][Array(changeset.author.name.utf8)], office)
        for operation in changeset.operations {
            guard let table = schema.table(operation.table) else { continue }
            for cell in operation.cells {
                guard let column = table.column(cell.column), column.isFree,
                    case .text(let text) = cell.value
                else { continue }
                let place = ColumnPlace(table: table.id, column: column.id)
                var previous: ArraySlice<UInt8> = []
                for piece in Self.pieces(of: text) where piece.isWord {
                    Self.count(&pairs[Self.key(place, previous, piece.bytes)], office)
                    Self.count(&words[place, default: [:]][Array(piece.bytes)], office)
                    previous = piece.bytes
                }
            }
        }
    }

    private static func count(_ seen: inout Seen?, _ office: Int) {
        guard let known = seen else { return seen = Seen(offices: 1, last: office) }
        if known.last != office { seen = Seen(offices: known.offices + 1, last: office) }
    }

    // MARK: - Masking

    mutating func masked(_ changeset: Changeset) -> Changeset {
        var operations: [RowOperation] = []
        for operation in changeset.operations {
            guard let table = schema.table(operation.table) else { continue }
            let cells = operation.cells.map { cell in
                guard let column = table.column(cell.column), column.isFree else { return cell }
                return Cell(cell.column, masked(cell.value, table.id, cell.column))
            }
            operations.append(
                RowOperation(
                    table: operation.table, row: operation.row, kind: operation.kind,
                    cells: cells))
        }
        return Changeset(
            scope: changeset.scope, dot: changeset.dot, clock: changeset.clock,
            author: masked(changeset.author),
            intent: changeset.intent, context: changeset.context, operations: operations)
    }

    private func masked(_ author: Author) -> Author {
        isCommon(Array(author.name.utf8), .author)
            ? author : Author("operator", roleNumber: author.roleNumber)
    }

    private func isCommon(_ word: [UInt8], _ place: ColumnPlace) -> Bool {
        (words[place]?[word]?.offices ?? 0) >= Self.officesMin
    }

    private mutating func masked(_ value: Value, _ table: TableID, _ column: ColumnID) -> Value {
        switch value {
        case .null, .integer, .real: return value
        case .blob(let bytes): return .blob(bytes.map { _ in UInt8(chance.below(256)) })
        case .text(let text):
            let place = ColumnPlace(table: table, column: column)
            var out: [UInt8] = []
            var previous: ArraySlice<UInt8> = []
            for piece in Self.pieces(of: text) {
                guard piece.isWord else {
                    out += piece.bytes
                    continue
                }
                let seen = pairs[Self.key(place, previous, piece.bytes)]
                let isNobodys = (seen?.offices ?? 0) >= Self.officesMin
                out += isNobodys ? Array(piece.bytes) : replacement(for: piece.bytes, place)
                previous = piece.bytes
            }
            return .text(String(decoding: out, as: UTF8.self))
        }
    }

    private mutating func replacement(
        for word: ArraySlice<UInt8>, _ place: ColumnPlace
    ) -> [UInt8] {
        if word.allSatisfy({ (0x30...0x39).contains($0) }) {
            // The first digits of a NIK or a telephone number name a district or a company.
            let kept = word.count >= 10 ? 4 : 0
            return word.prefix(kept)
                + (kept..<word.count).map { _ in 0x30 + UInt8(chance.below(10)) }
        }
        if word.count >= 24 {
            // A digest or a signature: its letters, in another order.
            let letters = Array(word)
            return letters.map { _ in letters[chance.below(letters.count)] }
        }
        var kept = strays[place] ?? []
        if isCommon(Array(word), place) {
            if kept.count < Self.straysMax {
                kept.append(Array(word))
            } else {
                kept[chance.below(kept.count)] = Array(word)
            }
            strays[place] = kept
        }
        // With few at hand a row could get its own word back.
        if kept.count == Self.straysMax { return kept[chance.below(kept.count)] }
        return word.map { _ in 0x61 + UInt8(chance.below(26)) }
    }

    // MARK: - Words

    private struct Piece {
        let bytes: ArraySlice<UInt8>
        let isWord: Bool
    }

    /// Letters, digits and everything beyond ASCII make words; the rest stands between them.
    private static func pieces(of text: String) -> [Piece] {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var start = 0
        while start < bytes.count {
            let isWord = isWordByte(bytes[start])
            var end = start + 1
            while end < bytes.count, isWordByte(bytes[end]) == isWord { end += 1 }
            pieces.append(Piece(bytes: bytes[start..<end], isWord: isWord))
            start = end
        }
        return pieces
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x80...: true
        default: false
        }
    }

    /// FNV-1a over the place and both words.
    private static func key(
        _ place: ColumnPlace, _ previous: ArraySlice<UInt8>, _ word: ArraySlice<UInt8>
    ) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        mix(UInt8(truncatingIfNeeded: place.table.rawValue))
        mix(UInt8(truncatingIfNeeded: place.column.rawValue))
        for byte in previous { mix(byte) }
        mix(0)
        for byte in word { mix(byte) }
        return hash
    }
}

extension Column {
    /// Whether people may have typed anything here.
    fileprivate var isFree: Bool {
        switch type {
        case .text, .json, .blob: true
        default: false
        }
    }
}

/// Chance that is the same every time, so that one set of changes gives one dictionary.
/// xorshift64* (Vigna 2016).
private struct Chance {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 2_685_821_657_736_338_717) >> 33) % bound
    }
}
