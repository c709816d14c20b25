import Compression
import Crypto
import Testing

@Suite struct TrainedDictionaries {
    /// Small pieces with a common form, as segments are.
    private static func pieces(_ count: Int, _ word: String = "keterangan") -> [[UInt8]] {
        (0..<count).map { n in
            Array(
                """
                Yang bertanda tangan di bawah ini Kepala Desa \(n * 7 % 23) menerangkan bahwa \
                \(word) \(n * n) benar warga kami yang tinggal di dusun \(n % 5), untuk keperluan \
                \(n * 31 % 101).
                """.utf8)
        }
    }

    private static func trained(_ word: String = "keterangan") throws -> TrainedDictionary {
        try TrainedDictionary.train(on: pieces(2_000, word), bytesMax: 4 << 10)
    }

    @Test("The built-in dictionary never changes: what names it must stay readable")
    func frozen() throws {
        let hash = SHA256.hash(data: TrainedDictionary.first.bytes)
        #expect(
            hash.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
                == "f3079f47c9992356099a4dc415a75aff05fccea88d6fefd47d48ef5a14623f5b")
        #expect(TrainedDictionary.first.id == 1)
        #expect(try Frame.decompress(Self.frozenFrame, limit: 1_000) == Self.frozenText)
    }

    private static let frozenText = Array("resident.correct op1 Kawin tercatat Praya 3171".utf8)
    private static let frozenFrame: [UInt8] = [
        2, 1, 46, 5, 1, 0, 144, 114, 32, 111, 112, 49, 32, 75, 97, 119, 105, 99, 97, 116, 32, 51,
        49, 55, 49, 3, 60, 56, 230, 143, 11, 225, 124, 118, 96, 10, 213, 21,
    ]

    @Test("What goes in comes out, at every level, and small pieces shrink most")
    func roundTrip() throws {
        let dictionary = try Self.trained()
        let known = Dictionaries(trained: [dictionary])
        for piece in Self.pieces(50) + [[], [7], [UInt8](repeating: 3, count: 1 << 20)] {
            for level: Int32 in [1, 3, 19] {
                let frame = Frame.compress(piece, level: level, with: dictionary)
                #expect(frame.count <= piece.count + 1)
                #expect(try Frame.decompress(frame, limit: 1 << 20, dictionaries: known) == piece)
            }
        }
        let piece = Self.pieces(3)[2]
        let plain = Frame.compress(piece).count
        #expect(Frame.compress(piece, with: dictionary).count * 3 < plain)
    }

    @Test("Noise is stored, dictionary or not")
    func noise() throws {
        var state: UInt64 = 9
        let noise = (0..<400).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        #expect(Frame.compress(noise, with: .first) == [0] + noise)
    }

    @Test("A dictionary that is not here is named by its id")
    func unknown() throws {
        let dictionary = try Self.trained()
        let frame = Frame.compress(Self.pieces(1)[0], with: dictionary)
        #expect(throws: FrameError.unknownDictionary(UInt64(dictionary.id))) {
            try Frame.decompress(frame, limit: 1_000)
        }
        #expect(throws: FrameError.truncated) { try Frame.decompress([2], limit: 9) }
        #expect(throws: FrameError.truncated) { try Frame.decompress([2, 1], limit: 9) }
        #expect(throws: FrameError.tooLarge(limit: 9)) {
            try Frame.decompress([2, 1, 200, 1, 0, 0], limit: 9)
        }
        #expect(throws: FrameError.damaged) { try Frame.decompress([2, 1, 5], limit: 9) }
    }

    @Test("Every cut and every flipped bit gives an error or at most the limit")
    func damage() throws {
        let dictionary = try Self.trained()
        let known = Dictionaries(trained: [dictionary])
        let frame = Frame.compress(Self.pieces(4)[3], with: dictionary)
        for end in frame.indices {
            #expect(throws: FrameError.self) {
                try Frame.decompress(Array(frame[..<end]), limit: 1_000, dictionaries: known)
            }
        }
        for bit in 0..<(frame.count * 8) {
            var damaged = frame
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            do throws(FrameError) {
                let out = try Frame.decompress(damaged, limit: 1_000, dictionaries: known)
                #expect(out.count <= 1_000)
            } catch { continue }
        }
    }

    @Test(
        "A trained dictionary is numbered by its content; the encoder takes the newest common one")
    func ids() throws {
        let older = try Self.trained()
        let newer = try Self.trained("permohonan")
        #expect(older.id != newer.id && older.id >= 1 << 14 && older.id < 1 << 21)
        #expect(TrainedDictionary(trained: older.bytes)?.id == older.id)
        let known = Dictionaries(trained: [older, newer])
        #expect(known.ids == [1, older.id, newer.id])
        #expect(known.newest(knownTo: [1, older.id, newer.id])?.id == newer.id)
        #expect(known.newest(knownTo: [1, older.id])?.id == older.id)
        #expect(known.newest(knownTo: [99]) == nil)
    }

    @Test("Bytes that are no dictionary are not taken for one")
    func notADictionary() throws {
        #expect(TrainedDictionary(trained: []) == nil)
        #expect(TrainedDictionary(trained: Array("not a dictionary".utf8)) == nil)
        #expect(TrainedDictionary(trained: [UInt8](repeating: 0, count: 1 << 20)) == nil)
        #expect(throws: TrainedDictionary.TrainingFault.tooFewSamples) {
            try TrainedDictionary.train(on: [[1, 2, 3]], bytesMax: 4 << 10)
        }
    }
}
