import ChangeStore
import Compression
import Exchange
import Foundation
import SyncProtocol

/// What a receiver does with what arrives, beside plain SQL that writes the same rows.
struct MergeCost {
    let all: Workload
    let folder: URL
    private let codec = SegmentCodec(known: .builtIn, theirs: Set(Dictionaries.builtIn.ids))

    init(all: Workload, folder: URL) {
        self.all = all
        self.folder = folder
    }

    struct Report: Encodable {
        let operations: Int
        /// Row operations in a second of one core: from the compressed bytes to the commit.
        let operationsASecond: [String: Samples]
        /// Trasne's rate as a part of plain SQL's, round by round.
        let ratio: Samples
        /// The same of plain SQL that keeps the same indexes.
        let indexedRatio: Samples
        let mergingAlone: Samples

        enum CodingKeys: String, CodingKey {
            case operations, ratio
            case operationsASecond = "operations_a_second"
            case indexedRatio = "indexed_ratio"
            case mergingAlone = "merging_alone"
        }
    }

    /// - Returns: reports by what arrives.
    func measure(rounds: Int) throws -> [String: Report] {
        let base = all.base
        let one = all.written(by: all.authors.first { base.changesets.first?.dot.replica == $0 }!)
        let both = all.interleaved(after: base)
        return [
            "in order": try measure(one.segments(), after: [], rounds),
            "two authors at once": try measure(both.segments(), after: base.segments(), rounds),
            "all again": try measure(
                one.segments(), after: one.segments(), rounds),
        ]
    }

    func once() throws {
        let base = all.base
        let frames = (base.segments() + all.interleaved(after: base).segments())
            .map(codec.compress)
        _ = try inFolder { try trasne($0, frames, []) }
    }

    private func measure(
        _ segments: [Segment], after before: [Segment], _ rounds: Int
    ) throws -> Report {
        let operations = segments.flatMap(\.changesets).reduce(0) { $0 + $1.operations.count }
        let frames = segments.map(codec.compress)
        let found = try Rounds.run(
            rounds,
            [
                ("plain SQL", { try inFolder { plain($0, segments, before) } }),
                (
                    "plain SQL with the same indexes",
                    { try inFolder { plain($0, segments, before, hasIndexes: true) } }
                ),
                ("Trasne", { try inFolder { try trasne($0, frames, before) } }),
                ("Trasne, merging alone", { try inFolder { try merging($0, segments, before) } }),
            ])
        let rates = found.mapValues { $0.map { Double(operations) / $0 } }
        func ratio(_ name: String, to base: String = "plain SQL") -> Samples {
            Samples(zip(rates[name]!, rates[base]!).map { $0 / $1 })
        }
        return Report(
            operations: operations, operationsASecond: rates.mapValues { Samples($0) },
            ratio: ratio("Trasne"),
            indexedRatio: ratio("Trasne", to: "plain SQL with the same indexes"),
            mergingAlone: ratio("Trasne, merging alone"))
    }

    private func inFolder(_ run: (String) throws -> Double) throws -> Double {
        let mine = folder.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: mine, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: mine) }
        return try run(mine.appendingPathComponent("store.sqlite").path)
    }

    private func plain(
        _ path: String, _ segments: [Segment], _ before: [Segment], hasIndexes: Bool = false
    ) -> Double {
        let store = PlainStore(path: path, schema: all.schema, hasIndexes: hasIndexes)
        for segment in before { store.merge(segment) }
        return Processor.seconds { for segment in segments { store.merge(segment) } }
    }

    private func receiver(_ path: String, _ before: [Segment]) throws -> ChangeStore {
        let store = try ChangeStore.create(
            at: path,
            identity: StoreIdentity(replica: ReplicaID(7_000), home: all.scope, isHub: false),
            schema: all.schema)
        for segment in before { _ = try store.receive(segment.changesets, now: 0) }
        return store
    }

    private func merging(
        _ path: String, _ segments: [Segment], _ before: [Segment]
    ) throws -> Double {
        let store = try receiver(path, before)
        defer { try? store.close() }
        return try Processor.seconds {
            for segment in segments { _ = try store.receive(segment.changesets, now: 0) }
        }
    }

    private func trasne(
        _ path: String, _ frames: [[UInt8]], _ before: [Segment]
    ) throws -> Double {
        let store = try receiver(path, before)
        defer { try? store.close() }
        return try Processor.seconds {
            for frame in frames {
                let segment = try codec.segment(in: frame)
                let receipt = try store.receive(
                    segment.changesets, pasts: segment.pasts, now: 0)
                precondition(receipt.rejected.isEmpty && receipt.held == 0)
            }
        }
    }
}
