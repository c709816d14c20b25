import Compression
import Testing

@Suite struct Frames {
    /// A little of everything: empty, one byte, text that shrinks, noise that does not.
    private static var samples: [[UInt8]] {
        var state: UInt64 = 1
        let noise = (0..<5_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let text = Array(String(repeating: "surat keterangan usaha ", count: 300).utf8)
        return [
            [], [0], [1, 2, 3], text, noise, text + noise, [UInt8](repeating: 0, count: 1 << 20),
        ]
    }

    /// A head that claims `length`, before the zstd bytes of a real frame of less than 2 MB.
    private static func claiming(_ length: UInt64, _ frame: [UInt8]) -> [UInt8] {
        let headEnd = frame.dropFirst().firstIndex { $0 & 0x80 == 0 }! + 1
        var head: [UInt8] = [1]
        var rest = length
        while rest >= 0x80 {
            head.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return head + [UInt8(rest)] + frame[headEnd...]
    }

    @Test("What goes in comes out, at every level")
    func roundTrip() throws {
        for sample in Self.samples {
            for level: Int32 in [1, 3, 19] {
                let frame = Frame.compress(sample, level: level)
                #expect(try Frame.decompress(frame, limit: sample.count) == sample)
            }
        }
    }

    @Test("A frame is at most one byte longer than what it holds, stored when zstd does not help")
    func storedWhenNotSmaller() {
        for sample in Self.samples {
            let frame = Frame.compress(sample)
            #expect(frame.count <= sample.count + 1)
        }
        #expect(Frame.compress([1, 2, 3]) == [0, 1, 2, 3])
        #expect(Frame.compress([]) == [0])
        #expect(Frame.compress([UInt8](repeating: 7, count: 10_000)).count < 100)
    }

    @Test("The limit is the receiver's, whatever the frame says")
    func limits() {
        for sample in Self.samples where !sample.isEmpty {
            let frame = Frame.compress(sample)
            #expect(throws: FrameError.tooLarge(limit: sample.count - 1)) {
                try Frame.decompress(frame, limit: sample.count - 1)
            }
        }
    }

    @Test("A bomb is refused, honest about its size or not")
    func bombs() {
        let bomb = Frame.compress([UInt8](repeating: 0, count: 64 << 20))
        #expect(bomb.count < 20_000)
        #expect(throws: FrameError.tooLarge(limit: 4 << 20)) {
            try Frame.decompress(bomb, limit: 4 << 20)
        }
        // The head says less than what zstd would write: it may never write more.
        for claim: UInt64 in [0, 1, 1_000, 4 << 20] {
            #expect(throws: FrameError.damaged) {
                try Frame.decompress(Self.claiming(claim, bomb), limit: 4 << 20)
            }
        }
        for claim: UInt64 in [1 << 34, 1 << 35, 1 << 62, .max] {
            #expect(throws: FrameError.self) {
                try Frame.decompress(Self.claiming(claim, bomb), limit: 4 << 20)
            }
        }
    }

    @Test("A length that is too great or too small for the content is damage")
    func lyingLengths() {
        let sample = Array(String(repeating: "desa ", count: 100).utf8)
        let frame = Frame.compress(sample)
        for claim in [sample.count - 1, sample.count + 1] {
            #expect(throws: FrameError.damaged) {
                try Frame.decompress(Self.claiming(UInt64(claim), frame), limit: 1 << 20)
            }
        }
    }

    @Test("A truncated frame is refused, or gives other bytes when it was stored")
    func truncated() throws {
        for sample in Self.samples.dropLast() {
            let frame = Frame.compress(sample)
            for end in stride(from: 0, to: frame.count, by: max(1, frame.count / 200)) {
                let cut = Array(frame[..<end])
                if cut.first == 0 {
                    #expect(
                        try Frame.decompress(cut, limit: 1 << 20) == Array(sample[..<(end - 1)]))
                } else {
                    #expect(throws: FrameError.self) { try Frame.decompress(cut, limit: 1 << 20) }
                }
            }
        }
    }

    @Test("A flipped bit gives an error or bytes, never more than the limit")
    func flipped() {
        let frame = Frame.compress(Array("RT 01 RW 02 ".utf8) + Self.samples[3] + [1, 2, 3])
        for bit in 0..<(frame.count * 8) {
            var damaged = frame
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            do throws(FrameError) {
                #expect(try Frame.decompress(damaged, limit: 1 << 20).count <= 1 << 20)
            } catch { continue }
        }
    }

    @Test("An unknown method is named, an empty frame is truncated")
    func unknownMethods() {
        for method: UInt8 in [3, 255] {
            #expect(throws: FrameError.unknownMethod(method)) {
                try Frame.decompress([method, 1, 2], limit: 9)
            }
        }
        #expect(throws: FrameError.truncated) { try Frame.decompress([], limit: 9) }
        #expect(throws: FrameError.truncated) { try Frame.decompress([1], limit: 9) }
        #expect(throws: FrameError.truncated) { try Frame.decompress([1, 0x80], limit: 9) }
    }
}
