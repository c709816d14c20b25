private import CDictionary

extension TrainedDictionary {
    /// Trained on invented traces of offices (docs/measurements.md); every program has it.
    public static let first: TrainedDictionary = {
        var count = 0
        let bytes = trasne_dictionary_1(&count)
        return TrainedDictionary(
            builtIn: 1, Array(UnsafeBufferPointer(start: bytes, count: count)))
    }()
}
