import ChangeStore
import Compression
import GRDB
import SyncProtocol

// The segments of one message, as they travel.
//
//   frame     byte 0, 1, 2; …                  a segment's columns, stored or under zstd (`Compression.Frame`)
//             byte 3; scope; modelled          foreseen from nothing
//             byte 4; scope; cut; modelled     foreseen from what both sides hold
//             byte 5; scope; modelled          goes on after the scope's last modelled frame in this message
//   scope     varint 0 and the text, or varint 1 + its place among the scopes of the hello
//   cut       varint n; n × (varint replica, zigzag seq − that of the hello)     what differs from the hello's
//                                              vector of the scope
//   modelled  `SyncProtocol`, `ModelledSegment.swift`
//
// With a history a segment takes half of what zstd and a dictionary make of it, as a rule. What begins a message
// goes in whichever form is smaller.

/// Writes the segments of one message.
struct SegmentWriter {
    private let codec: SegmentCodec
    private let told: Told
    private let schema: Schema
    private var running: SegmentModel.Running?

    /// - Parameter hello: the one of this exchange, whichever side writes; nil where the reader may have
    ///   forgotten what it said.
    init(_ codec: SegmentCodec, _ hello: Hello?, _ schema: Schema) {
        self.codec = codec
        told = Told(hello)
        self.schema = schema
    }

    /// Of more, those that follow gain more from a model that runs on.
    private static let fewChangesets = 64

    /// - Parameter known: what the receiver holds when this arrives, as far as both know.
    mutating func frame(
        _ segment: Segment, after known: VersionVector, _ db: Database
    ) throws -> [UInt8] {
        guard codec.writesModels, !segment.isOfHub else { return codec.compress(segment) }
        do {
            if let running, running.scope == segment.scope {
                return try further(segment, running)
            }
            return try first(segment, after: known, db)
        } catch is DecodeError {
            // Whatever a model cannot foresee must not stop a hub: zstd foresees nothing.
            running = nil
            return codec.compress(segment)
        }
    }

    private mutating func further(
        _ segment: Segment, _ running: SegmentModel.Running
    ) throws -> [UInt8] {
        var model = running
        var out = ByteWriter()
        out.byte(FrameKind.further)
        told.write(segment.scope, to: &out)
        out.raw(try model.write(segment))
        self.running = model
        return out.bytes
    }

    private mutating func first(
        _ segment: Segment, after known: VersionVector, _ db: Database
    ) throws -> [UInt8] {
        var out = ByteWriter()
        let cut = try known.meet(ChangeLog.vector(of: segment.scope, db))
        let history =
            codec.writesHistory && !cut.isEmpty
            ? try ChangeHistory.latest(of: segment.scope, within: cut, schema: schema, db) ?? []
            : []
        var model = try SegmentModel.Running(segment.scope, after: history)
        let modelled = try model.write(segment)
        out.byte(history.isEmpty ? FrameKind.alone : FrameKind.after)
        told.write(segment.scope, to: &out)
        if !history.isEmpty { told.write(cut, of: segment.scope, to: &out) }
        out.raw(modelled)
        // A few changes, in words that a dictionary knows and the history does not.
        if segment.changesets.count <= Self.fewChangesets {
            let compressed = codec.compress(segment)
            guard out.bytes.count < compressed.count else { return compressed }
        }
        running = model
        return out.bytes
    }
}

/// Reads the segments of one message.
struct SegmentReader {
    private let codec: SegmentCodec
    private let told: Told
    private var running: SegmentModel.Running?

    init(_ codec: SegmentCodec, _ hello: Hello?) {
        self.codec = codec
        told = Told(hello)
    }

    /// - Throws: ``FrameError``, ``DecodeError``, or ``UnknownHistory``.
    mutating func segment(in frame: [UInt8], _ store: ChangeStore) throws -> Segment {
        guard let kind = frame.first, kind >= FrameKind.alone, kind <= FrameKind.further else {
            return try codec.segment(in: frame)
        }
        var input = ByteReader(frame)
        _ = try input.byte()
        let scope = try told.scope(reading: &input)
        var model = try model(kind, scope, &input, store)
        running = nil
        let coded = try input.raw(input.remaining)
        do {
            let segment = try model.read(coded)
            running = model
            return segment
        } catch {
            // Whoever learned something else reads anything at all.
            if kind != FrameKind.alone { throw UnknownHistory(scope: scope) }
            throw error
        }
    }

    private func model(
        _ kind: UInt8, _ scope: Scope, _ input: inout ByteReader, _ store: ChangeStore
    ) throws -> SegmentModel.Running {
        switch kind {
        case FrameKind.alone: return try SegmentModel.Running(scope, after: [])
        case FrameKind.after:
            let cut = try told.cut(of: scope, reading: &input)
            let latest = try store.read {
                try ChangeHistory.latest(of: scope, within: cut, schema: store.schema, $0)
            }
            guard let latest, let model = try? SegmentModel.Running(scope, after: latest)
            else { throw UnknownHistory(scope: scope) }
            return model
        default:
            guard let running, running.scope == scope else { throw UnknownHistory(scope: scope) }
            return running
        }
    }
}

/// A piece was made with a history that this side does not have: it comes again without.
struct UnknownHistory: Error, CustomStringConvertible {
    let scope: Scope

    var description: String {
        "a piece of \(scope) was made with a history that is not here: it is sent again without"
    }
}

extension Segment {
    /// Reference data: the same for every office, long texts that nothing foresees. There zstd is nearly
    /// as small, and a hub that tells 154 offices has better to do.
    fileprivate var isOfHub: Bool { changesets.allSatisfy(\.dot.replica.isHub) }
}

extension Error {
    /// Whether it says that a piece cannot be read, in the form in which it came.
    var isUnreadable: Bool { self is UnknownHistory || self is FrameError || self is DecodeError }

    /// What is said of a piece that cannot be read.
    var notice: Notice {
        if case .unknownDictionary? = self as? FrameError {
            return Notice(.unreadableSegment, String(describing: self))
        }
        return Notice(
            self is UnknownHistory ? .unreadableSegment : .damagedSegment,
            String(describing: self))
    }
}

private enum FrameKind {
    static let alone: UInt8 = 3
    static let after: UInt8 = 4
    static let further: UInt8 = 5
}

/// What the hello of the exchange told, to which both sides refer.
private struct Told {
    private let scopes: [ScopeState]

    init(_ hello: Hello?) { scopes = hello?.scopes ?? [] }

    private func vector(of scope: Scope) -> VersionVector {
        scopes.first { $0.scope == scope }?.vector ?? VersionVector()
    }

    func write(_ scope: Scope, to out: inout ByteWriter) {
        if let place = scopes.firstIndex(where: { $0.scope == scope }) {
            out.varint(place + 1)
        } else {
            out.varint(0)
            out.text(scope.code)
        }
    }

    func scope(reading input: inout ByteReader) throws(DecodeError) -> Scope {
        let place = try input.varint()
        if place == 0 { return Scope(try input.text("scope")) }
        guard place <= UInt64(scopes.count) else {
            throw input.failure(.unknownTag(what: "scope", place))
        }
        return scopes[Int(place) - 1].scope
    }

    func write(_ cut: VersionVector, of scope: Scope, to out: inout ByteWriter) {
        let vector = vector(of: scope)
        let replicas = Set(vector.entries.map(\.replica)).union(cut.entries.map(\.replica))
        let other = replicas.filter { vector[$0] != cut[$0] }.sorted()
        out.varint(other.count)
        for replica in other {
            out.varint(UInt64(replica.rawValue))
            out.zigzag(Int64(bitPattern: cut[replica] &- vector[replica]))
        }
    }

    func cut(of scope: Scope, reading input: inout ByteReader) throws(DecodeError) -> VersionVector
    {
        var cut = vector(of: scope)
        let count = try input.count(
            of: "cut", limit: SyncLimits.vectorEntriesMax, bytesEach: 2)
        for _ in 0..<count {
            let replica = ReplicaID(try input.uint32("replica"))
            cut[replica] = cut[replica] &+ UInt64(bitPattern: try input.zigzag())
        }
        return cut
    }
}
