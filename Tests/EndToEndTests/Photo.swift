import Foundation
import GRDB

/// A picture with enough grain that it does not compress away, as a PNG file.
enum Photo {
    static func write(
        to path: String, width: Int, height: Int, seed: UInt64 = 7
    ) throws -> String {
        var state = seed
        var lines: [UInt8] = []
        for y in 0..<height {
            lines.append(0)
            for x in 0..<width {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let grain = Int(state >> 58)
                for base in [x * 150 / width, y * 150 / height, (x + y) * 75 / (width + height)] {
                    lines.append(UInt8(base + grain))
                }
            }
        }
        let file =
            [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
            + chunk("IHDR", word(width) + word(height) + [8, 2, 0, 0, 0])
            + chunk("IDAT", stored(lines)) + chunk("IEND", [])
        try Data(file).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// A scan that cannot be made smaller.
    static func pdf(to path: String, bytes: Int, seed: UInt64) throws -> String {
        var state = seed
        let noise = (0..<bytes).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 48)
        }
        try Data(Array("%PDF-1.4\n".utf8) + noise).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func word(_ number: Int) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return word(content.count) + body + word(Int(crc(body)))
    }

    /// zlib's format without compression (RFC 1950, 1951).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var at = 0
        while at < bytes.count {
            let size = min(65_535, bytes.count - at)
            out.append(at + size == bytes.count ? 1 : 0)
            for number in [size, size ^ 0xffff] {
                out += [UInt8(number & 0xff), UInt8(number >> 8)]
            }
            out += bytes[at..<at + size]
            at += size
        }
        var (a, b) = (1, 0)
        for byte in bytes {
            a = (a + Int(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return out + word(b << 16 | a)
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }
}

/// A store's attachments, reached past the program: what a failing disk or a forger would do.
struct AttachmentFile {
    private let queue: DatabaseQueue

    init(_ store: String) throws {
        queue = try DatabaseQueue(path: store + "/attachments.sqlite")
    }

    /// Writes zeros over a chunk.
    func spoilChunk(_ id: Int64) throws {
        try queue.write { db in
            try db.execute(
                sql: "UPDATE chunk SET bytes = zeroblob(size) WHERE id = ?", arguments: [id])
            guard db.changesCount == 1 else { throw CocoaError(.fileNoSuchFile) }
        }
    }

    /// Asks for an attachment that no row here names.
    func want(_ hash: String, scope: String) throws {
        try queue.write { db in
            try db.execute(
                sql: "INSERT INTO wanted (scope, hash, since) VALUES (?, x'\(hash)', 0)",
                arguments: [scope])
        }
    }
}
