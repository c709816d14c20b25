public import ChangeStore
public import GRDB
public import SyncProtocol

// Anti-entropy in an exchange (SYNC §4): both sides say what their scopes add up to; when that
// differs though they hold the same changes, the rows that differ are found and put right. The
// exchange itself never depends on it.

/// The sums of the scopes of a hello, as both sides compare them.
private struct Sums {
    let store: ChangeStore
    /// Scopes whose kept sum is not true of the rows.
    var suspects: Set<Scope> = []
    /// What is wrong with the log, to ask the peer about.
    var questions: [Reconciliation] = []

    /// Looks the scopes through where there is reason to.
    init(store: ChangeStore, scopes: some Sequence<Scope>, now: Int64) throws {
        self.store = store
        for scope in scopes {
            let found = try store.inspect(scope, now: now)
            if !found.isSound { suspects.insert(scope) }
            questions += found.questions
        }
    }

    func of(
        _ scopes: some Sequence<Scope>, _ db: Database
    ) throws -> [(scope: Scope, sum: UInt64)] {
        try scopes.map { ($0, try store.sum(of: $0, isSound: !suspects.contains($0), db)) }
    }

    static func records(
        _ queue: inout [Reconciliation], budget: Int
    ) -> [(kind: RecordKind, payload: [UInt8])] {
        var sent: [(kind: RecordKind, payload: [UInt8])] = []
        var left = budget
        while left > 0, let next = queue.first {
            let payload = next.encoded()
            left -= payload.count
            sent.append((next.kind, payload))
            queue.removeFirst()
        }
        return sent
    }
}

public final class SumsCaller: CallerPart {
    private let store: ChangeStore
    private let reconciler: Reconciler
    private let line: Line
    private var sums: Sums
    private var told: [Scope: UInt64] = [:]
    private var queue: [Reconciliation]
    private var roundsLeft = 16
    /// How much had been put right when a scope was last compared row by row in this exchange.
    private var begun: [Scope: Int] = [:]
    /// Damage that the peer hears of with this request.
    private var telling: Int64 = 0

    private let now: Int64

    private static let toldKey = "damage_told"
    /// When the whole file was last found sound, UTC milliseconds.
    private static let fileSoundKey = "file_sound"
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Looks the store through first, where there is reason to.
    /// - Parameters:
    ///   - line: to which peer.
    ///   - now: UTC milliseconds.
    public init(store: ChangeStore, line: Line, now: Int64) throws {
        self.store = store
        self.line = line
        self.now = now
        let scopes = try store.read { try ChangeLog.vectors($0).map(\.scope) }
            .filter { line.shares?.contains($0) ?? true }
        sums = try Sums(store: store, scopes: scopes, now: now)
        reconciler = Reconciler(
            store: store, now: now, reads: Set(scopes), writes: Set(scopes))
        queue = sums.questions
    }

    public func hello(_ fields: inout MessageFields, _ db: Database) throws {
        let scopes = try ChangeLog.vectors(db).map(\.scope)
            .filter { line.shares?.contains($0) ?? true }
        telling = Int64(try DamageLog.count(db))
        let untold = telling - (try StoreInfo.integer(Self.toldKey, db) ?? 0)
        if try untold == 0 && sums.suspects.isEmpty && isSpared(db) { return told = [:] }
        let found = try sums.of(scopes, db)
        told = Dictionary(uniqueKeysWithValues: found.map { ($0.scope, $0.sum) })
        var out = ByteWriter()
        let fold = ScopeSum.fold(found)
        for shift: UInt32 in [24, 16, 8, 0] { out.byte(UInt8(truncatingIfNeeded: fold >> shift)) }
        if untold > 0 { out.varint(UInt64(untold)) }
        fields[HelloField.checksum] = out.bytes
    }

    /// Whether sums may wait: with work on its way they are compared at the next idle exchange, or
    /// with each ``comparedEach``-th transaction.
    private func isSpared(_ db: Database) throws -> Bool {
        let (own, home) = (store.identity.replica, store.identity.home)
        let written = try ChangeLog.vector(of: home, db)[own]
        let known = try PeerVectors.all(of: line.peer, db)[home]?[own] ?? 0
        return known > 0 && written > known && written % Self.comparedEach != 0
    }

    private static let comparedEach: UInt64 = 16

    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] { Sums.records(&queue, budget: budget) }

    public func answered(_ answer: Answer) throws {
        roundsLeft -= 1
        guard !told.isEmpty else { return }
        try store.bookkeeping { try StoreInfo.set(Self.toldKey, telling, $0) }
        let same = Set(
            answer.holdings.filter { $0.holding == .same }.map(\.scope)
        ).intersection(told.keys)
        guard let field = answer.fields[AnswerField.checksum] else {
            // The peer found nothing to say: where it compared, its rows add up to the same.
            guard same.count == told.count else { return }
            for scope in sums.suspects { try store.confirmSum(of: scope) }
            sums.suspects = []
            return
        }
        for (scope, sum) in try SumsField.decode(field) where same.contains(scope) {
            guard sum != told[scope], queue.isEmpty else { continue }
            // Row by row was tried in this exchange, and put nothing right.
            if begun[scope] == reconciler.repairs { try askTheFile() }
            begun[scope] = reconciler.repairs
            queue.append(try reconciler.begin(scope))
        }
    }

    /// An index that rotted hides rows that are there, and no repair of rows comes near it.
    /// Once a day is enough where the fault is the peer's: the whole file is read.
    /// - Throws: ``StoreError/damaged(path:detail:)``.
    private func askTheFile() throws {
        let last = try store.read { try StoreInfo.integer(Self.fileSoundKey, $0) }
        guard last.map({ abs(now - $0) > Self.dayMilliseconds }) ?? true else { return }
        try store.refuseIfDamaged()
        try store.bookkeeping { try StoreInfo.set(Self.fileSoundKey, now, $0) }
    }

    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool {
        guard kind == .range || kind == .rowRepair else { return false }
        queue += try reconciler.take(Reconciliation(kind, decoding: payload))
        return true
    }

    public var progress: PartProgress {
        // Bounded, and begun anew at the next exchange: so never a reason to call this one stuck.
        queue.isEmpty || roundsLeft <= 0 ? .idle : .wantsMore(advanced: true)
    }
}

public final class SumsResponder: ResponderPart {
    private let store: ChangeStore
    private let now: Int64
    private var sums: Sums?
    private var reconciler: Reconciler?
    private var hello: Hello?
    private var queue: [Reconciliation] = []
    public private(set) var notices: [Notice] = []

    /// - Parameter now: UTC milliseconds.
    public init(store: ChangeStore, now: Int64) {
        self.store = store
        self.now = now
    }

    public func heard(_ hello: Hello, _ caller: CallerInfo) throws {
        // Other schemas show other values.
        guard hello.fields[HelloField.checksum] != nil,
            hello.schemaVersion == store.schema.version
        else { return }
        self.hello = hello
        let sums = try Sums(store: store, scopes: caller.reads.sorted(), now: now)
        queue = sums.questions
        self.sums = sums
        reconciler = Reconciler(
            store: store, now: now, reads: caller.reads, writes: caller.writes)
        guard let field = hello.fields[HelloField.checksum], field.count > 4 else { return }
        var input = ByteReader(Array(field[4...]))
        let count = try input.varint()
        notices.append(
            Notice(
                .altered,
                "\(count) rows or changes of this store were altered outside the "
                    + "program: see 'edgenode status'"))
    }

    public func take(_ kind: RecordKind, _ payload: [UInt8]) throws -> Bool {
        guard kind == .range || kind == .rowRepair else { return false }
        guard let reconciler, let message = try? Reconciliation(kind, decoding: payload) else {
            return true
        }
        queue += try reconciler.take(message)
        return true
    }

    public func answer(_ fields: inout MessageFields, _ db: Database) throws {
        guard let hello, let sums, let field = hello.fields[HelloField.checksum],
            field.count >= 4
        else { return }
        for state in hello.scopes {
            guard try ChangeLog.vector(of: state.scope, db) == state.vector else { return }
        }
        let own = try sums.of(hello.scopes.map(\.scope), db)
        let fold = field.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard ScopeSum.fold(own) != fold else { return }
        fields[AnswerField.checksum] = SumsField.encode(own)
    }

    public func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] { Sums.records(&queue, budget: budget) }
}

/// Answer field 4: varint n; n × (text scope; fixed64 sum).
enum SumsField {
    static func encode(_ sums: [(scope: Scope, sum: UInt64)]) -> [UInt8] {
        var out = ByteWriter()
        out.varint(sums.count)
        for entry in sums {
            out.text(entry.scope.code)
            out.fixed64(entry.sum)
        }
        return out.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [(scope: Scope, sum: UInt64)] {
        var input = ByteReader(bytes)
        var sums: [(scope: Scope, sum: UInt64)] = []
        let count = try input.count(
            of: "sums", limit: SyncLimits.scopesPerNodeMax, bytesEach: 9)
        for _ in 0..<count {
            sums.append((Scope(try input.text("scope")), try input.fixed64()))
        }
        try input.finish()
        return sums
    }
}
