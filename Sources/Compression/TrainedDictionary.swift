private import CZstd
private import Crypto

/// What zstd knows before the first byte: texts that segments have in common, and how often each
/// byte occurs. A small segment shrinks most by it.
///
/// Invariant: an id never means two contents. Dictionaries that ship with the program have small
/// numbers, fixed for ever; one that was trained at a hub is numbered by its own hash, so that
/// even a hub put back from a backup cannot give a number twice.
public struct TrainedDictionary: Sendable {
    public let id: UInt32
    public let bytes: [UInt8]

    /// Larger ones hardly help, and every office has to receive it over its line.
    public static let bytesMax = 112 << 10

    /// Ids below are built in; above, three bytes as a varint.
    private static let trainedFloor: UInt32 = 1 << 14
    private static let trainedCeiling: UInt32 = 1 << 21

    /// One that came with the program.
    init(builtIn id: UInt32, _ bytes: [UInt8]) {
        precondition(id < Self.trainedFloor)
        self.id = id
        self.bytes = bytes
    }

    /// One that was trained at a hub.
    /// - Returns: nil when the bytes are not a zstd dictionary of a size that is taken.
    public init?(trained bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax,
            ZSTD_isError(ZDICT_getDictHeaderSize(bytes, bytes.count)) == 0
        else { return nil }
        let hash = SHA256.hash(data: bytes).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        id = Self.trainedFloor + hash % (Self.trainedCeiling - Self.trainedFloor)
        self.bytes = bytes
    }
}

extension TrainedDictionary: Hashable {
    // The id stands for the bytes.
    public static func == (a: TrainedDictionary, b: TrainedDictionary) -> Bool {
        a.id == b.id && a.bytes.count == b.bytes.count
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension TrainedDictionary {
    /// Why no dictionary came out of the samples.
    public enum TrainingFault: Error, Hashable, Sendable {
        case tooFewSamples
    }

    /// Learns from pieces as they were before compression.
    ///
    /// - Parameters:
    ///   - bytesMax: the size to aim at.
    ///   - present: a dictionary of which half is kept: with few samples it knows more than they.
    ///   - level: the compression level that it will be used with.
    public static func train(
        on samples: [[UInt8]], bytesMax: Int, keeping present: TrainedDictionary? = nil,
        level: Int32 = 19
    ) throws(TrainingFault) -> TrainedDictionary {
        let joined = Array(samples.joined())
        let sizes = samples.map(\.count)
        let freshMax = present == nil ? bytesMax : bytesMax / 2
        let fresh = [UInt8](unsafeUninitializedCapacity: freshMax) { buffer, count in
            let size = ZDICT_trainFromBuffer(
                buffer.baseAddress, freshMax, joined, sizes, UInt32(sizes.count))
            count = ZDICT_isError(size) == 0 ? size : 0
        }
        guard !fresh.isEmpty else { throw .tooFewSamples }
        // What helps most stands last, where it is nearest to the piece.
        let kept = present.map { texts(of: $0.bytes).suffix(bytesMax - fresh.count) } ?? []
        let all = Array(kept) + texts(of: fresh)
        // Training counts bytes as level 3 would leave them; count again for the real level.
        var parameters = ZDICT_params_t()
        parameters.compressionLevel = level
        let finished = [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
            let size = ZDICT_finalizeDictionary(
                buffer.baseAddress, bytesMax, all, all.count, joined, sizes,
                UInt32(sizes.count), parameters)
            count = ZDICT_isError(size) == 0 ? size : 0
        }
        guard let made = TrainedDictionary(trained: finished) else { throw .tooFewSamples }
        return made
    }

    /// The dictionary without its head, which holds the byte counts.
    private static func texts(of dictionary: [UInt8]) -> ArraySlice<UInt8> {
        dictionary.dropFirst(ZDICT_getDictHeaderSize(dictionary, dictionary.count))
    }
}
