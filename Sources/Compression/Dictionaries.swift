/// The dictionaries one side knows, the oldest first. A decoder keeps all; an encoder uses the
/// newest that the other side knows too.
public struct Dictionaries: Sendable {
    private var known: [TrainedDictionary]

    /// What every program of this version knows.
    public static let builtIn = Dictionaries(known: [.first])

    private init(known: [TrainedDictionary]) { self.known = known }

    /// - Parameter trained: the oldest first.
    public init(trained: [TrainedDictionary]) { known = Self.builtIn.known + trained }

    public subscript(id: UInt32) -> TrainedDictionary? { known.first { $0.id == id } }

    public var ids: [UInt32] { known.map(\.id) }

    /// - Parameter ids: what the other side has told it can decode.
    public func newest(knownTo ids: Set<UInt32>) -> TrainedDictionary? {
        known.last { ids.contains($0.id) }
    }
}
