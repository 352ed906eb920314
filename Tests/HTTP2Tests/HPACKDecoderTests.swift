import HTTP2
import Testing

@Suite struct HPACKDecoderTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        var table = 4096
        /// Blocks of one connection, each with its fields and the table's size behind it.
        let blocks: [(hex: String, fields: [String], tableSize: Int)]
        var testDescription: String { name }
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.filter { $0 != " " })
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    private static let requests: [[String]] = [
        [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
        [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
        [
            ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
            "custom-key: custom-value",
        ],
    ]

    private static let date = "date: Mon, 21 Oct 2013 20:13:21 GMT"
    private static let laterDate = "date: Mon, 21 Oct 2013 20:13:22 GMT"
    private static let place = "location: https://www.example.com"
    private static let responses: [[String]] = [
        [":status: 302", "cache-control: private", date, place],
        [":status: 307", "cache-control: private", date, place],
        [
            ":status: 200", "cache-control: private", laterDate, place, "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ],
    ]

    static let vectors: [Vector] = [
        Vector(
            name: "C.2.1 literal with indexing",
            blocks: [
                ("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", ["custom-key: custom-header"], 55)
            ]),
        Vector(
            name: "C.2.2 literal without indexing",
            blocks: [("040c 2f73 616d 706c 652f 7061 7468", [":path: /sample/path"], 0)]),
        Vector(
            name: "C.2.3 literal never indexed",
            blocks: [("1008 7061 7373 776f 7264 0673 6563 7265 74", ["password: secret"], 0)]),
        Vector(name: "C.2.4 indexed", blocks: [("82", [":method: GET"], 0)]),
        Vector(
            name: "C.3 requests without Huffman",
            blocks: [
                ("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", requests[0], 57),
                ("8286 84be 5808 6e6f 2d63 6163 6865", requests[1], 110),
                ("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", requests[2], 164),
            ]),
        Vector(
            name: "C.4 requests with Huffman",
            blocks: [
                ("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", requests[0], 57),
                ("8286 84be 5886 a8eb 1064 9cbf", requests[1], 110),
                ("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", requests[2], 164),
            ]),
        Vector(
            name: "C.5 responses without Huffman, with eviction", table: 256,
            blocks: [
                (
                    """
                    4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
                    3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d
                    """.filter { $0 != "\n" }, responses[0], 222
                ),
                ("4803 3330 37c1 c0bf", responses[1], 222),
                (
                    """
                    88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970
                    7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61
                    6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31
                    """.filter { $0 != "\n" }, responses[2], 215
                ),
            ]),
        Vector(
            name: "C.6 responses with Huffman, with eviction", table: 256,
            blocks: [
                (
                    """
                    4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
                    1718 63c7 8f0b 97c8 e9ae 82ae 43d3
                    """.filter { $0 != "\n" }, responses[0], 222
                ),
                ("4883 640e ffc1 c0bf", responses[1], 222),
                (
                    """
                    88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2
                    e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07
                    """.filter { $0 != "\n" }, responses[2], 215
                ),
            ]),
    ]

    private func fields(_ section: HPACK.FieldSection) -> [String] {
        (0..<section.count).map {
            String(decoding: section.name($0), as: UTF8.self) + ": "
                + String(decoding: section.value($0), as: UTF8.self)
        }
    }

    private func roomySection() -> HPACK.FieldSection {
        var section = HPACK.FieldSection()
        section.reset(bytes: 32_768, fields: 100, cookies: 100)
        return section
    }

    /// A reference to a field of a table (RFC 7541, section 6.1).
    private func indexed(_ index: Int) -> [UInt8] {
        index < 127 ? [0x80 | UInt8(index)] : [0xff, UInt8(index - 127)]
    }

    @Test(arguments: vectors)
    func `the examples of RFC 7541 decode to their fields and table sizes`(vector: Vector) throws {
        var decoder = HPACK.Decoder(tableBytes: vector.table)
        for block in vector.blocks {
            var section = roomySection()
            try decoder.decode(Self.bytes(block.hex).span, into: &section)
            #expect(fields(section) == block.fields)
            #expect(decoder.tableSize == block.tableSize)
        }
    }

    @Test(arguments: [
        ("80", HPACK.DecodingError.unknownIndex), ("be", .unknownIndex), ("7f 00 01 61", .unknownIndex),
        ("40", .truncated), ("00 03 61", .truncated), ("00 01 61 7f", .truncated), ("ff", .truncated),
        ("ff ff ff ff ff 0f", .integerTooLarge), ("ff 80 80 80 80 00", .integerTooLarge),
        ("3f e2 1f", .tableTooLarge), ("82 20", .lateTableSize),
        // Padding of more than seven bits, of zeros, and the end of a string within it.
        ("00 85 f2b24a84ff 84 49509fff", .badHuffmanCode), ("00 85 f2b24a84ff 83 495090", .badHuffmanCode),
        ("00 85 f2b24a84ff 87 fffffffd25427f", .badHuffmanCode), ("00 01 61 81 ff", .badHuffmanCode),
        ("00 01 61 84 ffffffff", .badHuffmanCode),
    ])
    func `what is no block is told apart`(hex: String, error: HPACK.DecodingError) {
        var decoder = HPACK.Decoder(tableBytes: 4096)
        #expect(throws: error) {
            var section = roomySection()
            try decoder.decode(Self.bytes(hex).span, into: &section)
        }
    }

    @Test func `a table made smaller evicts, and may grow back to what was allowed`() throws {
        var decoder = HPACK.Decoder(tableBytes: 4096)
        var section = roomySection()
        try decoder.decode(
            (Block.of([("a", "b")], first: 0x40) + Block.of([("c", "d")], first: 0x40)).span, into: &section)
        #expect(decoder.tableSize == 68)
        try decoder.decode(Self.bytes("3f 03 be").span, into: &section)
        #expect(decoder.tableCount == 1)
        #expect(fields(section).last == "c: d")
        try decoder.decode(Self.bytes("20 3f e1 1f").span, into: &section)
        #expect(decoder.tableCount == 0)
    }

    @Test func `a field larger than the table empties it, and an evicted name can be used for its successor`() throws {
        var decoder = HPACK.Decoder(tableBytes: 100)
        var section = roomySection()
        let name = String(repeating: "n", count: 40)
        try decoder.decode(Block.of([(name, "1")], first: 0x40).span, into: &section)
        // The name of entry 62 with a value that evicts it.
        try decoder.decode(([0x7e] + Block.string("2222222222")).span, into: &section)
        #expect(fields(section).last == "\(name): 2222222222")
        #expect(decoder.tableSize == 82)
        try decoder.decode(([0x7e] + Block.string(String(repeating: "3", count: 61))).span, into: &section)
        #expect(decoder.tableCount == 0)
    }

    @Test func `a table that is filled for long keeps its fields, the newest and the oldest`() throws {
        var decoder = HPACK.Decoder(tableBytes: 4096)
        var added: [String] = []
        for number in 0..<2000 {
            var section = roomySection()
            let value = String(repeating: "v", count: number % 97) + "\(number)"
            try decoder.decode(Block.of([("name-\(number % 7)", value)], first: 0x40).span, into: &section)
            added.append("name-\(number % 7): \(value)")
            let oldest = decoder.tableCount
            try decoder.decode(([0xbe] + indexed(61 + oldest)).span, into: &section)
            #expect(fields(section) == [added[number], added[number], added[number + 1 - oldest]])
            #expect(decoder.tableSize <= 4096)
        }
        #expect(decoder.tableCount > 30)
    }

    @Test func `a block beyond the limits is read to its end for the table's sake, and costs no memory`() throws {
        var decoder = HPACK.Decoder(tableBytes: 4096)
        var section = roomySection()
        let large = Block.of([("x", String(repeating: "y", count: 4000))], first: 0x40)
        let bomb = large + [UInt8](repeating: 0xbe, count: 16_000) + Block.of([("last", "one")], first: 0x40)
        try decoder.decode(bomb.span, into: &section)
        #expect(section.isOversized)
        #expect(section.count < 10)
        section.reset(bytes: 100, fields: 1, cookies: 0)
        try decoder.decode([0xbe].span, into: &section)
        #expect(fields(section) == ["last: one"])
    }

    @Test func `fields and cookies are counted apart`() throws {
        let cookies = Block.of(Array(repeating: ("cookie", "a=b"), count: 3))
        let others = Block.of(Array(repeating: ("accept", "x"), count: 2))
        for (fields, cookieLimit, isOversized) in [(2, 3, false), (1, 3, true), (2, 2, true)] {
            var decoder = HPACK.Decoder(tableBytes: 4096)
            var section = HPACK.FieldSection()
            section.reset(bytes: 1000, fields: fields, cookies: cookieLimit)
            try decoder.decode((cookies + others).span, into: &section)
            #expect(section.isOversized == isOversized)
        }
    }
}
