internal import CZstd
private import Synchronization

/// A dictionary as zstd wants it: made once a program, not once a piece.
///
/// `@unchecked Sendable`: zstd only reads it after it was made, from any number of threads.
final class DigestedDictionary: @unchecked Sendable {
    let pointer: OpaquePointer
    private let free: (OpaquePointer) -> Void

    private init(_ pointer: OpaquePointer?, free: @escaping (OpaquePointer) -> Void) {
        guard let pointer else { preconditionFailure("zstd: out of memory") }
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }

    private struct Key: Hashable {
        let dictionary: TrainedDictionary
        /// nil for decoding.
        let level: Int32?
    }

    /// A digested dictionary takes 1 to 3 MB at the high levels; few are in use at a time.
    private static let keptMax = 6
    private static let kept = Mutex<[Key: DigestedDictionary]>([:])

    static func encoder(_ dictionary: TrainedDictionary, _ level: Int32) -> DigestedDictionary {
        find(Key(dictionary: dictionary, level: level)) {
            DigestedDictionary(
                ZSTD_createCDict(dictionary.bytes, dictionary.bytes.count, level),
                free: { ZSTD_freeCDict($0) })
        }
    }

    static func decoder(_ dictionary: TrainedDictionary) -> DigestedDictionary {
        find(Key(dictionary: dictionary, level: nil)) {
            DigestedDictionary(
                ZSTD_createDDict(dictionary.bytes, dictionary.bytes.count),
                free: { ZSTD_freeDDict($0) })
        }
    }

    private static func find(
        _ key: Key, make: () -> DigestedDictionary
    ) -> DigestedDictionary {
        kept.withLock { kept in
            if let found = kept[key] { return found }
            if kept.count >= keptMax { kept.removeAll() }
            let made = make()
            kept[key] = made
            return made
        }
    }
}
