// Hello field 6: the grants that a caller has, for a hub that was put back and forgot some.
//
//   varint n; n × (text series; varint year, first, last)

extension NumberGrant {
    /// A PC is given a handful a year.
    public static let countMax = 1_024

    public static func encoded(_ grants: [NumberGrant]) -> [UInt8] {
        var out = ByteWriter()
        encode(grants, to: &out)
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [NumberGrant] {
        var input = ByteReader(bytes)
        let grants = try list(reading: &input)
        try input.finish()
        return grants
    }

    static func encode(_ grants: [NumberGrant], to out: inout ByteWriter) {
        out.list(grants) { out, grant in
            out.text(grant.series)
            out.varint(UInt64(grant.year))
            out.varint(grant.first)
            out.varint(grant.last)
        }
    }

    static func list(reading input: inout ByteReader) throws(DecodeError) -> [NumberGrant] {
        var grants: [NumberGrant] = []
        for _ in 0..<(try input.count(of: "grants", limit: countMax, bytesEach: 4)) {
            grants.append(
                NumberGrant(
                    series: try input.text("series"), year: try input.uint32("year"),
                    first: try input.varint(), last: try input.varint()))
        }
        return grants
    }
}
