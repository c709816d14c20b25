import ChangeStore
import Compression
import Foundation
import GRDB
import SyncProtocol

/// Trains dictionaries and gives them to every office, as reference data.
struct DictionaryShelf {
    let hub: Hub

    private static let author = Author("synchub", .system)
    /// Half of the largest brings nearly all of the gain.
    static let bytesDefault = 64 << 10

    struct Trained {
        let dictionary: TrainedDictionary
        let offices: Int
        let changesets: Int
        let segments: Int
        /// Bytes of the samples, compressed one by one, before and with it.
        let before: Int
        let after: Int
    }

    /// - Throws: ``HubFault``; then nothing was written.
    func train(bytesMax: Int) throws -> Trained {
        let samples = try TrainingSamples(store: hub.store).collect()
        guard samples.offices >= SampleMask.officesMin else {
            throw HubFault.tooFewOfficesToTrain(
                offices: samples.offices, needed: SampleMask.officesMin)
        }
        let dictionary: TrainedDictionary
        do throws(TrainedDictionary.TrainingFault) {
            dictionary = try TrainedDictionary.train(on: samples.segments, bytesMax: bytesMax)
        } catch {
            throw HubFault.tooFewChangesToTrain(changes: samples.changesets)
        }
        // Every 20th tells enough.
        let some = stride(from: 0, to: samples.segments.count, by: 20).map { samples.segments[$0] }
        let known = TrainedDictionary.first
        return Trained(
            dictionary: dictionary, offices: samples.offices, changesets: samples.changesets,
            segments: samples.segments.count,
            before: some.map { Frame.compress($0, with: known).count }.reduce(0, +),
            after: some.map { Frame.compress($0, with: dictionary).count }.reduce(0, +))
    }

    /// From the next sync on every office has it.
    func publish(_ trained: Trained, now: Int64) throws {
        try hub.store.record(as: Self.author, "dictionary.publish", now: now) { recording in
            try recording.insert(
                "dictionary",
                [
                    ("number", .integer(Int64(trained.dictionary.id))),
                    ("content", .blob(trained.dictionary.bytes)),
                    ("trained_at", .integer(now)),
                    ("offices", .integer(Int64(trained.offices))),
                    ("changes", .integer(Int64(trained.changesets))),
                ])
        }
    }
}
