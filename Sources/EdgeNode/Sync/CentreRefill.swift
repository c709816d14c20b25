import ChangeStore
import Compression
import Exchange
import Foundation
import GRDB
import SyncProtocol

/// Gives the centre back what it wrote itself and lost: the reference data, with its own signature
/// as the proof.
final class CentreRefill: CallerPart {
    private let store: ChangeStore
    /// The hub's Ed25519 key; nil when the enrolment file is older than that key.
    private let key: [UInt8]?
    /// What is sent anyway.
    private let carried: Set<Scope>
    private var hasSent = false
    private(set) var progress = PartProgress.idle

    init(store: ChangeStore, key: [UInt8]?, carried: Set<Scope>) {
        self.store = store
        self.key = key
        self.carried = carried
    }

    /// Before what it covers is taken in, so that a cut line leaves no data without its proof.
    func began(_ answer: Answer) throws {
        guard let field = answer.fields[AnswerField.checkpoints] else { return }
        let list = try Checkpoints(decoding: field).list
        try store.bookkeeping { db in
            for checkpoint in list where key.map({ checkpoint.isSigned(by: $0) }) ?? true {
                try KeptCheckpoints.keep(checkpoint, db)
            }
        }
    }

    func hello(_ fields: inout MessageFields, _ db: Database) throws {
        let lost = try lost(db)
        let isLacking = try ChangeLog.vectors(db).contains {
            try KeptCheckpoints.isLacking(in: $0.scope, db)
        }
        guard !lost.isEmpty || isLacking else { return }
        fields[HelloField.checkpoints] = Checkpoints(lost).encoded()
    }

    func records(
        budget: Int, _ db: Database
    ) throws -> [(kind: RecordKind, payload: [UInt8])] {
        let lost = try lost(db)
        guard !lost.isEmpty else { return [] }
        hasSent = true
        var records: [(kind: RecordKind, payload: [UInt8])] = []
        var bytes = 0
        let believed = try PeerVectors.all(of: EdgeNode.hubPeer, db)
        for scope in Set(lost.map(\.scope)).sorted() {
            let proven = VersionVector(lost.filter { $0.scope == scope }.map(\.dot))
            var known = believed[scope] ?? VersionVector()
            // The run is taken whole or not at all; more than this no hub would read.
            while bytes < SyncLimits.requestBytesMax / 2,
                let segment = try ChangeLog.segment(
                    of: scope, lackedBy: known, bytesMax: SyncLimits.segmentBytesTarget, db)
            {
                let part = segment.changesets.filter { proven.covers($0.dot) }
                if !part.isEmpty {
                    let frame = Frame.compress(Segment(scope: scope, changesets: part).encoded())
                    records.append((.segment, frame))
                    bytes += frame.count
                }
                for changeset in segment.changesets {
                    known[changeset.dot.replica] = changeset.dot.seq
                }
            }
        }
        return records
    }

    func answered(_ answer: Answer) throws {
        let isLost = try store.read { try !lost($0).isEmpty }
        progress = isLost && !hasSent ? .wantsMore(advanced: true) : .idle
    }

    /// The proofs of what is held here, and what the centre said it lacks.
    private func lost(_ db: Database) throws -> [Checkpoint] {
        try PeerVectors.all(of: EdgeNode.hubPeer, db).filter { !carried.contains($0.key) }
            .flatMap { scope, vector in
                try KeptCheckpoints.reached(in: scope, db).filter { !vector.covers($0.dot) }
            }
    }
}
