public import SyncProtocol

// Records of kind 4, and the fields that belong to them.
//
//   record 4     byte 0, manifest  |  byte 1, chunk as it is named
//   hello  3     varint n; n × (text scope; fixed64 id of the manifest; block: one bit a chunk,
//                set when it is here, the first in the lowest bit)
//   answer 5     varint bytes to come, in this answer and the next ones, 0 when they are few;
//                varint n; n × (text scope; vector)   floors of the log that everybody has seen

/// What stands in a record of kind 4.
public enum SnapshotRecord: Hashable, Sendable {
    /// Comes before its chunks.
    case manifest(SnapshotManifest)
    case chunk([UInt8])

    public func encoded() -> [UInt8] {
        switch self {
        case .manifest(let manifest): [0] + manifest.encoded()
        case .chunk(let bytes): [1] + bytes
        }
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        guard let tag = bytes.first else { throw DecodeError(.truncated, at: 0) }
        let rest = Array(bytes.dropFirst())
        switch tag {
        case 0: self = .manifest(try SnapshotManifest(decoding: rest))
        case 1: self = .chunk(rest)
        default: throw DecodeError(.unknownTag(what: "snapshot record", UInt64(tag)), at: 0)
        }
    }
}

/// How far the fetching of one snapshot is, as a hello says it.
public struct FetchState: Hashable, Sendable {
    public let scope: Scope
    public let manifest: UInt64
    /// One for each chunk of the manifest.
    public let present: [Bool]

    public init(scope: Scope, manifest: UInt64, present: [Bool]) {
        self.scope = scope
        self.manifest = manifest
        self.present = present
    }

    public static func encode(_ states: [FetchState]) -> [UInt8] {
        var out = ByteWriter()
        out.varint(states.count)
        for state in states {
            out.text(state.scope.code)
            out.fixed64(state.manifest)
            var bits = [UInt8](repeating: 0, count: (state.present.count + 7) / 8)
            for (index, isHere) in state.present.enumerated() where isHere {
                bits[index / 8] |= 1 << UInt8(index % 8)
            }
            out.block(bits)
        }
        return out.bytes
    }

    /// The last bits may be padding: there are eight a byte.
    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [FetchState] {
        var input = ByteReader(bytes)
        var states: [FetchState] = []
        let count = try input.count(
            of: "snapshots", limit: SyncLimits.scopesPerNodeMax, bytesEach: 10)
        for _ in 0..<count {
            let scope = Scope(try input.text("scope"))
            let manifest = try input.fixed64()
            let bits = try input.block("chunks", limit: SyncLimits.snapshotChunksMax / 8)
            states.append(
                FetchState(
                    scope: scope, manifest: manifest,
                    present: bits.flatMap { byte in (0..<8).map { byte & 1 << UInt8($0) != 0 } }))
        }
        try input.finish()
        return states
    }
}

/// What an answer says of floors, and of how much is to come.
public struct SnapshotNews: Hashable, Sendable {
    public struct Floor: Hashable, Sendable {
        public let scope: Scope
        public let vector: VersionVector

        public init(scope: Scope, vector: VersionVector) {
            self.scope = scope
            self.vector = vector
        }
    }

    /// Payloads of the records after this answer, and about those of the answers after it.
    public let bytesToCome: Int
    public let floors: [Floor]

    public init(bytesToCome: Int, floors: [Floor]) {
        self.bytesToCome = bytesToCome
        self.floors = floors
    }

    public func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.varint(bytesToCome)
        out.varint(floors.count)
        for floor in floors {
            out.text(floor.scope.code)
            floor.vector.encode(to: &out)
        }
        return out.bytes
    }

    public init(decoding bytes: [UInt8]) throws(DecodeError) {
        var input = ByteReader(bytes)
        bytesToCome = Int(clamping: try input.varint())
        var floors: [Floor] = []
        let count = try input.count(
            of: "floors", limit: SyncLimits.scopesPerNodeMax, bytesEach: 2)
        for _ in 0..<count {
            floors.append(
                Floor(
                    scope: Scope(try input.text("scope")),
                    vector: try VersionVector(reading: &input)))
        }
        try input.finish()
        self.floors = floors
    }
}
