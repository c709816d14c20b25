// Field 1 of a hello and field 3 of an answer: dictionaries by id.
//
//   until the end: varint id
//
// In a hello: the trained ones that the caller can decode, besides those that are built in, the
// newest first; the field is absent when there are none. Empty: none at all, not even the built-in
// ones. In an answer: those of the caller's that are not known here; absent when all are.

/// A short list of dictionary ids.
public enum DictionaryIDs {
    public static func encode(_ ids: [UInt32]) -> [UInt8] {
        var out = ByteWriter(reservingCapacity: ids.count * 3)
        for id in ids.prefix(SyncLimits.dictionariesToldMax) { out.varint(UInt64(id)) }
        return out.bytes
    }

    public static func decode(_ bytes: [UInt8]) throws(DecodeError) -> [UInt32] {
        var input = ByteReader(bytes)
        var ids: [UInt32] = []
        while input.remaining > 0 {
            guard ids.count < SyncLimits.dictionariesToldMax else {
                throw input.failure(.tooLarge(what: "dictionaries"))
            }
            ids.append(try input.uint32("dictionary"))
        }
        return ids
    }
}
