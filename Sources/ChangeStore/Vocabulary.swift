import SyncProtocol

// GRDB has types of these names too; in this module they are the domain's.
typealias Table = SyncProtocol.Table
typealias Column = SyncProtocol.Column
