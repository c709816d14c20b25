import ChangeStore
import SyncProtocol

/// Takes in what a peer sends of attachments, the same on both sides.
///
/// Rule: a chunk is committed before the next is looked at, and only under the name that its bytes
/// hash to. A damaged one is named and stays asked for; a store that is full stops asking.
struct AttachmentIntake {
    let content: ContentStore
    /// What became whole.
    private(set) var finished: [ContentHash] = []
    private(set) var chunksKept = 0
    private(set) var notices: [Notice] = []

    init(_ content: ContentStore) { self.content = content }

    mutating func take(_ payload: [UInt8], now: Int64) throws {
        let record: AttachmentRecord
        do {
            record = try AttachmentRecord(decoding: payload)
        } catch {
            notices.append(Notice(.attachment, "a piece of an attachment cannot be read: \(error)"))
            return
        }
        do {
            switch try content.take(record, now: now) {
            case .kept(let isWhole):
                chunksKept += 1
                if isWhole { finished.append(record.attachment) }
            case .damaged:
                notices.append(
                    Notice(
                        .attachment, "\(record.piece) arrived damaged: it is asked for again"))
            case .notWanted: break
            }
        } catch ContentError.full(let used, let quota) {
            try content.unwant(record.attachment)
            notices.append(
                Notice(
                    .attachment,
                    "attachment \(record.attachment) was not taken: the attachments take \(used) "
                        + "of \(quota) bytes there; raise the quota and ask for it again"))
        }
    }
}

extension AttachmentRecord {
    var attachment: ContentHash {
        switch self {
        case .manifest(let manifest): manifest.hash
        case .chunk(let hash, _, _): hash
        }
    }

    fileprivate var piece: String {
        switch self {
        case .manifest: "the manifest of attachment \(attachment)"
        case .chunk(_, let position, _): "chunk \(position) of attachment \(attachment)"
        }
    }
}

/// Sends what a peer asked for, up to a budget, the same on both sides.
struct AttachmentSending {
    private(set) var records: [(kind: RecordKind, payload: [UInt8])] = []
    private(set) var begun: [ContentHash] = []
    private(set) var unavailable: [ContentHash] = []
    private(set) var notices: [Notice] = []

    init(_ wants: [AttachmentNotes.Want], from content: ContentStore, budget: Int) throws {
        var left = budget
        for want in wants {
            guard left > 0 else { return }
            do {
                try content.records(for: want) { record in
                    let payload = record.encoded()
                    records.append((.attachmentChunk, payload))
                    left -= payload.count
                    return left > 0
                }
                begun.append(want.attachment)
            } catch let error as ContentError {
                unavailable.append(want.attachment)
                if case .damaged = error {
                    notices.append(Notice(.attachment, String(describing: error)))
                }
            }
        }
    }
}
