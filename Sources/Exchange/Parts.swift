public import ChangeStore
public import GRDB
public import SyncProtocol

/// Whether a part of an exchange has more to do.
public enum PartProgress: Hashable, Sendable {
    case idle
    /// Another round is wanted.
    /// - Parameter advanced: whether this round brought anything forward; without, it is not
    ///   asked again (SIMULATION L3).
    case wantsMore(advanced: Bool)
}

/// One capability on the calling side, for the length of one exchange.
///
/// Overview: snapshots, attachments, repair and the like each speak in fields of the messages and
/// in records of their own. Function: the caller asks its parts, in the order of registration, for
/// every round. Whatever a part takes is committed when `take` returns.
public protocol CallerPart: AnyObject {
    /// Adds fields to the hello of the next request.
    func hello(_ fields: inout MessageFields, _ db: Database) throws
    /// Records to send after the segments.
    /// - Parameter budget: bytes to aim at; nothing should be returned when it is not positive.
    func records(budget: Int, _ db: Database) throws -> [(kind: RecordKind, payload: [UInt8])]
    /// The answer has come, sealed by the peer, and nothing that follows it was taken in yet.
    func began(_ answer: Answer) throws
    /// Reads the answer's fields. The answer is known to be sealed by the peer; what the exchange
    /// itself remembers of it is committed.
    func answered(_ answer: Answer) throws
    /// - Returns: whether this record was this part's business.
    func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool
    /// A record of the answer was taken in, by whomever.
    func arrived(bytes: Int)
    /// Asked at the end of every round.
    var progress: PartProgress { get }
    /// What people should be told of this round. Asked once, at its end.
    var notices: [Notice] { get }
}

extension CallerPart {
    public func hello(_ fields: inout MessageFields, _ db: Database) throws {}
    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] { [] }
    public func began(_ answer: Answer) throws {}
    public func answered(_ answer: Answer) throws {}
    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool { false }
    public func arrived(bytes: Int) {}
    public var progress: PartProgress { .idle }
    public var notices: [Notice] { [] }
}

/// The same capability on the answering side, for one request.
public protocol ResponderPart: AnyObject {
    /// The hello, before any other record.
    func heard(_ hello: Hello, _ caller: CallerInfo) throws
    /// - Returns: whether this record was this part's business.
    func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool
    /// A segment of a scope that the caller may not write.
    /// - Returns: what became of it so far; nil when it is not this part's business.
    func take(foreign segment: Segment) throws -> Receipt?
    /// Asked before the answer's fields: about what the segments take that the caller lacks, in
    /// this answer and the next ones.
    func planned(segmentBytes: Int)
    /// Adds fields to the answer. Runs in a read: what has to be written is written in
    /// `heard`, `take` or `prepare`.
    func answer(_ fields: inout MessageFields, _ db: Database) throws
    /// Runs after the last record, before the answer is made.
    func prepare() throws
    /// Records to send after the segments.
    func records(budget: Int, _ db: Database) throws -> [(kind: RecordKind, payload: [UInt8])]
    /// What the caller, and whoever watches over this store, should be told.
    var notices: [Notice] { get }
}

extension ResponderPart {
    public func heard(_ hello: Hello, _ caller: CallerInfo) throws {}
    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool { false }
    public func take(foreign segment: Segment) throws -> Receipt? { nil }
    public func planned(segmentBytes: Int) {}
    public func answer(_ fields: inout MessageFields, _ db: Database) throws {}
    public func prepare() throws {}
    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] { [] }
    public var notices: [Notice] { [] }
}
