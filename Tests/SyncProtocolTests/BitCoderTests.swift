import FieldSimulator
import Testing

@testable import SyncProtocol

/// What is written bit by bit is read bit by bit, whatever the last bytes are.
@Suite struct BitCoders {
    private struct Piece {
        var bits: [(bit: Int, probability: Int)] = []

        var written: [UInt8] {
            var coder = BitCoder(.writing)
            for (bit, probability) in bits { _ = coder.code(bit, probability: probability) }
            return coder.finished()
        }

        func isRead(from bytes: [UInt8]) -> Bool {
            var coder = BitCoder(reading: bytes)
            for (bit, probability) in bits
            where coder.code(0, probability: probability) != bit { return false }
            return coder.overrun == 0 && coder.isExact
        }
    }

    @Test("A piece whose last bytes are zeros is read")
    func zerosAtTheEnd() {
        // Ones keep to the lower end of the range: all bytes are zeros.
        for count in 0..<200 {
            for probability in [1, 40, 2_048, 4_000, 4_095] {
                let piece = Piece(bits: Array(repeating: (1, probability), count: count))
                #expect(piece.isRead(from: piece.written), "\(count) at \(probability)")
            }
        }
    }

    @Test("Any bits at any probabilities are read, and no byte can be left out or added")
    func anyBits() {
        var random = SeededRandom(seed: 11)
        for round in 0..<60_000 {
            let sureness = [2_048, 3_900, 4_095][round % 3]
            let bits = (0..<random.below(40)).map { _ in
                (bit: random.below(4_096) < sureness ? 1 : 0, probability: 1 + random.below(4_095))
            }
            let piece = Piece(bits: bits)
            let bytes = piece.written
            guard piece.isRead(from: bytes) else {
                Issue.record("round \(round): \(bits) gave \(bytes)")
                return
            }
            #expect(bytes.isEmpty || !piece.isRead(from: bytes.dropLast()), "round \(round)")
            #expect(!piece.isRead(from: bytes + [0]), "round \(round)")
        }
    }
}
