/// Every bound of the protocol in one place, each with its reason.
///
/// Checked on decode before anything is allocated, and on send, so that we never emit
/// what we would refuse.
public enum SyncLimits {
    /// One changeset in canonical form: a letter is 2 kB, an imported household 5 kB;
    /// 1 MiB leaves room for a long form and stops a runaway import.
    public static let changesetBytesMax = 1 << 20
    /// Operations in one changeset; more is a bulk import that should be split.
    public static let operationsPerChangesetMax = 4_096
    /// Column ids run 0…63, so that a set of columns is one machine word.
    public static let columnIDMax: UInt32 = 63
    /// A scope code, an author, an intent.
    public static let nameBytesMax = 256
    /// Author replicas of one scope: PCs of an office over twenty years, with reinstalls.
    public static let vectorEntriesMax = 4_096
    /// A segment before compression. One changeset may stand alone in it.
    public static let segmentBytesMax = 4 << 20
    /// What a segment may grow to while it is read: it names a repeated text or context once, and
    /// a peer must not turn 1 MB into 4 GB that way.
    public static let segmentGrownBytesMax = 16 << 20
    /// The size that a sender aims at before compression: about 4–16 kB on the line.
    public static let segmentBytesTarget = 48 << 10
    /// Changesets in one segment.
    public static let changesetsPerSegmentMax = 16_384
    /// A record of the exchange stream: a compressed segment and its head.
    public static let recordBytesMax = segmentBytesMax + 1_024
    /// Scopes that one node subscribes to: a district relay carries its 18 villages.
    public static let scopesPerNodeMax = 1_024
    /// What one request may carry, so that a day's hold-up is many short commits.
    public static let requestBytesMax = 8 << 20
    /// Dictionaries that one side tells of: an encoder needs one, and some may be newer than the
    /// other side's.
    public static let dictionariesToldMax = 8
    /// A node hears of two scopes and a handful of numbers in each; a district relay of a hundred.
    public static let checkpointsPerMessageMax = 512
    /// Devices that one node may talk to besides the hub: a district's PCs, several for each office.
    public static let peersMax = 1_024
    /// One optional field of a hello or an answer.
    public static let fieldBytesMax = 256 << 10
    /// Ranges, rows, heads or changesets in one record of reconciliation: sixteen ranges that each
    /// became sixteen, twice.
    public static let reconciledItemsMax = 4_096
    /// A piece of an attachment: what a cut line costs at most, two seconds at 64 kbit/s.
    public static let attachmentChunkBytes = 16 << 10
    /// One attachment: a scanned contract of many pages; photos are reduced far below.
    public static let attachmentBytesMax = 16 << 20
    public static let attachmentChunksMax = attachmentBytesMax / attachmentChunkBytes
    /// Attachments named in one list of a hello or an answer: 8 kB; the rest waits a round.
    public static let attachmentNotesMax = 256
    /// Rows in one piece of a snapshot; it is cut sooner, when its bytes suffice.
    public static let snapshotRowsPerPieceMax = 8_192
    /// Chunks of one snapshot: at 30 kB each 240 MB, many times the largest office in twenty years.
    public static let snapshotChunksMax = 1 << 13
    /// A whole bundle, held in memory once: years of an office, and less than an old PC's memory.
    public static let bundleBytesMax = 256 << 20
    /// What a sender puts into one bundle; the rest follows with the next.
    public static let bundleContentTarget = 64 << 20
    /// Files of one bundle: the greatest bundle in pieces of 4 kB.
    public static let bundlePartsMax = 65_536
    /// A bundle's open head: a relay's villages with their authors.
    public static let bundleHeadBytesMax = 1 << 20
}
