public import SyncProtocol

/// What can be wrong with a store, each with what to do about it.
public enum StoreError: Error, Sendable {
    case missing(path: String)
    case alreadyExists(path: String)
    case notAStore(path: String)
    case notABackup(path: String)
    /// A backup of the other program's store.
    case backupOfOther(path: String, kind: String)
    case noBackup(folder: String)
    case backupMissing(path: String)
    case backupExists(path: String)
    /// `restore` found a store in the place it was given.
    case wouldReplace(path: String)
    case folderInUse(path: String)
    case cannotWrite(path: String, detail: String)
    /// The store was written by a newer program.
    case newerVersion(path: String, found: Int, known: Int)
    case noPermission(path: String)
    case diskFull(path: String)
    /// The machine could not read or write.
    case diskFails(path: String)
    case inUse(path: String)
    case damaged(path: String, detail: String)
    /// SQLite does not run as it must for acknowledged data (SYNC §8).
    case unsafeSettings(String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "there is no store at \(path): run 'init' first, or check --store"
        case .alreadyExists(let path):
            "there is a store at \(path) already: choose another --store; nothing was changed"
        case .notAStore(let path):
            "\(path) is not a Trasne store: check --store; nothing was changed"
        case .notABackup(let path):
            "\(path) is not a Trasne backup: choose a file that 'backup' wrote; nothing was changed"
        case .backupOfOther(let path, let kind):
            "\(path) is the backup of \(kind == "hub" ? "the hub" : "an office PC"): choose one of "
                + "this program; nothing was changed"
        case .noBackup(let folder):
            "there is no backup in \(folder): name the file; nothing was changed"
        case .backupMissing(let path):
            "there is no file \(path): check --from; nothing was changed"
        case .backupExists(let path):
            "there is a file \(path) already: choose another --to; nothing was written"
        case .wouldReplace(let path):
            "there is a store at \(path): stop the program that serves it and add --replace, "
                + "which keeps it aside; nothing was changed"
        case .folderInUse(let path):
            "\(path) holds other files: choose an empty or a new folder; nothing was changed"
        case .cannotWrite(let path, let detail):
            "cannot write \(path) (\(detail)): check permissions and free space"
        case .newerVersion(let path, let found, let known):
            "\(path) was written by a newer version (format \(found), this program knows "
                + "\(known)): install the newer program; nothing was changed"
        case .noPermission(let path):
            "no permission to write \(path): run as its owner or change its permissions"
        case .diskFull(let path):
            "the disk that holds \(path) is full: free some space and try again; what was "
                + "recorded before is safe"
        case .diskFails(let path):
            "the disk that holds \(path) fails to read or write: check its cable and its health; if "
                + "it goes on, copy the folder to another disk; what was recorded before is safe"
        case .inUse(let path):
            "\(path) is in use by another program: stop it and try again"
        case .damaged(let path, let detail):
            "\(path) is damaged (\(detail)): keep the file, restore the last backup"
        case .unsafeSettings(let detail):
            "SQLite refuses the settings that keep data safe (\(detail)): use a local disk, "
                + "not a network share"
        }
    }
}

/// Why a transaction was not recorded. Nothing of it was written.
public enum RecordingError: Error, Hashable, Sendable {
    case unknownTable(String)
    case unknownColumn(table: String, column: String)
    case badValue(table: String, column: String, CellFault)
    case noSuchRow(table: String, row: RowID)
    case alreadyExists(table: String, row: RowID)
    case deleted(table: String, row: RowID)
    case rowOfOtherScope(table: String, row: RowID)
    /// A ledger row is written once; only its workflow state may move on.
    case ledgerIsFinal(table: String, column: String)
    case scopeIsReadOnly(Scope)
    case tooLarge(bytes: Int)
    case nothingToRecord
    case outOfRowNumbers
}

extension RecordingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownTable(let table): "unknown table \"\(table)\""
        case .unknownColumn(let table, let column):
            "table \(table) has no column \"\(column)\""
        case .badValue(let table, let column, let fault): "\(table).\(column): \(fault)"
        case .noSuchRow(let table, let row): "there is no \(table) \(row)"
        case .alreadyExists(let table, let row): "\(table) \(row) exists already"
        case .deleted(let table, let row): "\(table) \(row) was deleted"
        case .rowOfOtherScope(let table, let row): "\(table) \(row) belongs to another office"
        case .ledgerIsFinal(let table, let column):
            "\(table) is a ledger: \(column) is never changed, record a correction instead"
        case .scopeIsReadOnly(let scope): "this node may not write \(scope)"
        case .tooLarge(let bytes):
            "one transaction of \(bytes) bytes is too large: split it"
        case .nothingToRecord: "nothing to record"
        case .outOfRowNumbers: "this store has used up its row numbers: enrol it anew"
        }
    }
}
