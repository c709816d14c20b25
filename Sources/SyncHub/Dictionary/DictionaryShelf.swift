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
        /// The newest before it.
        let present: UInt32
        /// Bytes of segments that it was not trained on, with the newest before it, and with it.
        let before: Int
        let after: Int

        /// How many percent less the same segments take.
        var savedPercent: Int { 100 - 100 * after / max(1, before) }
    }

    /// - Throws: ``HubFault``; then nothing was written.
    /// - Parameter isFirst: learns from the changes alone. Otherwise half of the newest
    ///   dictionary may be kept, when that makes other changes smaller.
    func train(bytesMax: Int, isFirst: Bool = false) throws -> Trained {
        let samples = try TrainingSamples(store: hub.store)
            .collect(measuring: !isFirst)
        guard samples.offices >= SampleMask.officesMin else {
            throw HubFault.tooFewOfficesToTrain(
                offices: samples.offices, needed: SampleMask.officesMin)
        }
        let known = try hub.store.read { try StoredDictionaries.all($0) }
        let newest = known.newest(knownTo: Set(known.ids))
        func cost(_ dictionary: TrainedDictionary?) -> Int {
            samples.real.reduce(0) { $0 + Frame.compress($1, with: dictionary).count }
        }
        var found: (dictionary: TrainedDictionary, cost: Int)?
        for kept in isFirst ? [nil] : [nil, newest] {
            guard
                let dictionary = try? TrainedDictionary.train(
                    on: samples.segments, bytesMax: bytesMax, keeping: kept)
            else { continue }
            let cost = cost(dictionary)
            if cost < found?.cost ?? .max { found = (dictionary, cost) }
        }
        guard let found else {
            throw HubFault.tooFewChangesToTrain(changes: samples.changesets)
        }
        return Trained(
            dictionary: found.dictionary, offices: samples.offices,
            changesets: samples.changesets, present: newest?.id ?? 0, before: cost(newest),
            after: found.cost)
    }

    /// From the next sync on every office has it.
    /// - Throws: ``HubFault/dictionaryNoBetter(than:)``: encoders take the newest, so it must be
    ///   the best.
    func publish(_ trained: Trained, now: Int64) throws {
        guard trained.after < trained.before else {
            throw HubFault.dictionaryNoBetter(than: trained.present)
        }
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
