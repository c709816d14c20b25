import SyncProtocol

/// The records of one message before they are sealed.
struct Records {
    private(set) var list: [(kind: RecordKind, payload: [UInt8])]

    init(_ list: [(kind: RecordKind, payload: [UInt8])]) { self.list = list }

    /// What they take on the line, at most.
    var bytes: Int { list.reduce(0) { $0 + $1.payload.count + Self.aroundMax } }
    /// Length, kind and seal.
    private static let aroundMax = 13

    mutating func add(_ more: [(kind: RecordKind, payload: [UInt8])]) { list += more }
}
