import ChangeStore
package import Compression
import GRDB
package import SyncProtocol

/// Compresses segments with the newest dictionary that both sides know, and reads what comes.
///
/// Rule: a side encodes only with what the other has told it can decode. Why: an office that has
/// not synced since a dictionary was trained cannot read what was made with it. What if not told
/// rightly: the piece is named as unreadable, the sender learns which ids are not known and sends
/// again; nothing is lost, since nothing of it was acknowledged.
package struct SegmentCodec {
    let known: Dictionaries
    /// What the other side decodes.
    var theirs: Set<UInt32>

    package init(known: Dictionaries, theirs: Set<UInt32>) {
        self.known = known
        self.theirs = theirs
    }

    /// Whether segments may be foreseen by a model: not for a side that could not read them.
    var writesModels: Bool { readsModels && !theirs.isEmpty }
    /// Whether the other side speaks a version that has them.
    private var readsModels = true
    private static let modelsSince: UInt8 = 2
    /// Whether the model may first learn what both sides hold.
    var writesHistory = true

    package func compress(_ segment: Segment) -> [UInt8] {
        Frame.compress(segment.encoded(), with: known.newest(knownTo: theirs))
    }

    /// - Throws: ``FrameError`` or ``DecodeError``.
    package func segment(in frame: [UInt8]) throws -> Segment {
        try Segment(
            decoding: Frame.decompress(
                frame, limit: SyncLimits.segmentBytesMax, dictionaries: known))
    }

    // MARK: - Answering

    /// For the side that answers: what the caller decodes stands in its hello.
    static func answering(
        _ hello: Hello, version: UInt8, _ db: Database
    ) throws -> SegmentCodec {
        let theirs: [UInt32]
        switch hello.fields[HelloField.dictionaries] {
        case nil: theirs = Dictionaries.builtIn.ids
        case []: theirs = []
        // What cannot be read is answered in a form that everybody reads.
        case let field?:
            theirs = (try? DictionaryIDs.decode(field)).map { $0 + Dictionaries.builtIn.ids } ?? []
        }
        var codec = SegmentCodec(known: try StoredDictionaries.all(db), theirs: Set(theirs))
        codec.readsModels = version >= modelsSince
        return codec
    }

    /// Says which of the caller's dictionaries are not known here.
    func answer(_ fields: inout MessageFields) {
        var lacking = theirs.subtracting(known.ids).sorted()
        if lacksHistory { lacking.insert(Self.historyID, at: 0) }
        if !lacking.isEmpty { fields[AnswerField.dictionaries] = DictionaryIDs.encode(lacking) }
    }

    /// Stands for the shared history among the numbers of what a side lacks; no dictionary has it.
    static let historyID: UInt32 = 0
    /// A piece came that was made with a history which is not here.
    var lacksHistory = false

    // MARK: - Calling

    /// For a piece that cannot be asked for again in another form.
    mutating func useBuiltIn() {
        theirs = Set(Dictionaries.builtIn.ids)
        writesHistory = false
    }

    /// For a side that could not read another form.
    mutating func usePlain() { theirs = [] }

    /// For the side that calls: the other is taken to know what we know, but for what it once
    /// said it does not.
    static func calling(
        _ peer: String, version: UInt8, _ db: Database
    ) throws -> SegmentCodec {
        let known = try StoredDictionaries.all(db)
        let lacking = try lacking(peer, db)
        var codec = SegmentCodec(known: known, theirs: Set(known.ids).subtracting(lacking))
        codec.writesHistory = !lacking.contains(historyID)
        codec.readsModels = version >= modelsSince
        return codec
    }

    private static func key(_ peer: String) -> String { peer + "_lacks_dictionaries" }

    private static func lacking(_ peer: String, _ db: Database) throws -> [UInt32] {
        (try StoreInfo.text(key(peer), db) ?? "").split(separator: " ").compactMap { UInt32($0) }
    }

    /// Tells which dictionaries are known here.
    func hello(_ fields: inout MessageFields) {
        let trained = known.ids.filter { !Dictionaries.builtIn.ids.contains($0) }
        guard !trained.isEmpty else { return }
        fields[HelloField.dictionaries] = DictionaryIDs.encode(trained.reversed())
    }

    /// Keeps what the peer said it does not know.
    /// - Returns: whether that is news.
    static func remember(_ answer: Answer, of peer: String, _ db: Database) throws -> Bool {
        let now = try answer.fields[AnswerField.dictionaries].map(DictionaryIDs.decode) ?? []
        guard try now != lacking(peer, db) else { return false }
        try StoreInfo.set(key(peer), now.map(String.init).joined(separator: " "), db)
        return true
    }
}
