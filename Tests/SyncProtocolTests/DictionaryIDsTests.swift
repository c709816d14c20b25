import SyncProtocol
import Testing

@Suite struct DictionaryIDLists {
    @Test("The list of dictionaries is frozen, and read back")
    func frozen() throws {
        let bytes = DictionaryIDs.encode([29_130, 16_384, 1])
        #expect(bytes == [0xca, 0xe3, 0x01, 0x80, 0x80, 0x01, 0x01])
        #expect(try DictionaryIDs.decode(bytes) == [29_130, 16_384, 1])
        #expect(try DictionaryIDs.decode([]) == [])
    }

    @Test("A longer list than may be told is cut when written and refused when read")
    func limits() {
        let many = (1...20).map { UInt32($0) }
        #expect(DictionaryIDs.encode(many).count == SyncLimits.dictionariesToldMax)
        #expect(throws: DecodeError.self) { try DictionaryIDs.decode(many.map { UInt8($0) }) }
        #expect(throws: DecodeError.self) { try DictionaryIDs.decode([0x80]) }
        #expect(throws: DecodeError.self) {
            try DictionaryIDs.decode([0xff, 0xff, 0xff, 0xff, 0x7f])
        }
    }
}
