import NetworkAddress
import Testing

@Suite struct ProxyPrefaceTests {
    /// One preface and what is to be made of it; nil as the source stands for the peer's own address.
    struct Whole: Sendable {
        let bytes: [UInt8]
        let source: String?

        init(_ text: String, _ source: String?) {
            bytes = Array(text.utf8)
            self.source = source
        }

        init(binary: [UInt8], _ source: String?) {
            bytes = binary
            self.source = source
        }
    }

    @Test(arguments: [
        Whole("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", "192.0.2.7"),
        Whole("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0"),
        Whole("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n", "2001:db8::7"),
        Whole("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7"),
        Whole("PROXY UNKNOWN\r\n", nil),
        Whole("PROXY UNKNOWN whatever, and \\ more\r\n", nil),
        // The longest line that the format knows.
        Whole("PROXY UNKNOWN \(full) \(full) 65535 65535\r\n", nil),
        Whole("PROXY TCP6 \(full) \(full) 65535 65535\r\n", full),
    ])
    func `a text preface names the client`(preface: Whole) throws {
        try expectParsed(preface)
    }

    @Test(arguments: [
        Whole(binary: version2(0x21, 0x11, v4), "192.0.2.7"),
        Whole(binary: version2(0x21, 0x12, v4), "192.0.2.7"),
        Whole(binary: version2(0x21, 0x21, v6), "2001:db8::7"),
        Whole(binary: version2(0x21, 0x22, v6), "2001:db8::7"),
        Whole(binary: version2(0x21, 0x31, zeros(216)), nil),
        Whole(binary: version2(0x21, 0x32, zeros(216)), nil),
        Whole(binary: version2(0x21, 0x00, []), nil),
        Whole(binary: version2(0x21, 0x00, [1, 2, 3, 4, 5]), nil),
        // LOCAL: the block is skipped, whatever is in it, its family too.
        Whole(binary: version2(0x20, 0x00, []), nil),
        Whole(binary: version2(0x20, 0xff, [9, 9, 9]), nil),
        Whole(binary: version2(0x20, 0x11, v4), nil),
        // Extensions: an authority, padding, one without a value.
        Whole(binary: version2(0x21, 0x11, v4 + [0x02, 0, 1, 0x61, 0x04, 0, 0, 0xe0, 0, 2, 7, 7]), "192.0.2.7"),
        // As large as may be.
        Whole(binary: version2(0x21, 0x11, v4 + [0x04, 0x01, 0xf9] + zeros(505)), "192.0.2.7"),
    ])
    func `a binary preface names the client`(preface: Whole) throws {
        try expectParsed(preface)
    }

    @Test(arguments: [
        Whole(
            binary: signature + hex("2111001c 7f0000017f000001a33c55e3 030004ab554866 050006616263313233"), "127.0.0.1"),
        Whole(
            binary: signature
                + hex("2121002b 00000000000000000000000000000001 00000000000000000000000000000001")
                + hex("d13a55e3 030004 91304a18"),
            "::1"),
    ])
    func `a checksum as HAProxy writes it is verified`(preface: Whole) throws {
        try expectParsed(preface)
        // One bit more makes it another preface, wherever it is, but for the name of the checksum itself.
        for index in 16..<preface.bytes.count where !preface.bytes[index...].starts(with: [3, 0, 4]) {
            var forged = preface.bytes
            forged[index] ^= 0x01
            guard case .malformed = verdict(forged[...]) else {
                Issue.record("byte \(index) could be changed")
                continue
            }
        }
    }

    @Test(
        arguments: [
            ("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\n", .badLineEnd),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\r\n", .badLineEnd),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\rx", .badLineEnd),
            ("PROXY UNKNOWN\n", .badLineEnd),
            ("PROXY TCP4\t192.0.2.7 198.51.100.1 1 2\r\n", .badCharacter),
            ("PROXY TCP4 192.0.2.7\0 198.51.100.1 1 2\r\n", .badCharacter),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 2é\r\n", .badCharacter),
            ("PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n", .badProtocol),
            ("PROXY tcp4 192.0.2.7 198.51.100.1 1 2\r\n", .badProtocol),
            ("PROXY TCP 192.0.2.7 198.51.100.1 1 2\r\n", .badProtocol),
            ("PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", .badProtocol),
            ("PROXY UNKNOWNS\r\n", .badProtocol),
            ("PROXY \r\n", .badProtocol),
            ("PROXY TCP4\r\n", .badWordCount),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n", .badWordCount),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n", .badWordCount),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", .badWordCount),
            ("PROXY TCP4 192.0.2.7  198.51.100.1 1 2\r\n", .badWordCount),
            ("PROXY TCP4 192.0.2.7  1 2\r\n", .badAddress),
            ("PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", .badAddress),
            ("PROXY TCP4 ::ffff:192.0.2.7 198.51.100.1 1 2\r\n", .badAddress),
            ("PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n", .badAddress),
            ("PROXY TCP6 2001:db8::7 198.51.100.1 1 2\r\n", .badAddress),
            ("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", .badAddress),
            ("PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n", .badAddress),
            ("PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n", .badAddress),
            ("PROXY TCP4 192.0.2.7 198.51.100.256 1 2\r\n", .badAddress),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n", .badPort),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 -2\r\n", .badPort),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n", .badPort),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 00\r\n", .badPort),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 0x1 2\r\n", .badPort),
            ("PROXY TCP4 192.0.2.7 198.51.100.1 1 000002\r\n", .badPort),
            ("PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n", .tooLong),
            ("PROXY UNKNOWN " + String(repeating: "x", count: 93), .tooLong),
            ("PROXY / HTTP/1.1\r\nHost: a\r\n\r\n", .badProtocol),
        ] as [(String, ProxyPreface.Flaw)])
    func `a text preface that breaks a rule is refused`(text: String, flaw: ProxyPreface.Flaw) {
        expectFinal(Array(text.utf8), .malformed(flaw))
    }

    @Test(
        arguments: [
            (version2(0x11, 0x11, v4), .badVersion),
            (version2(0x31, 0x11, v4), .badVersion),
            (version2(0x22, 0x11, v4), .badCommand),
            (version2(0x2f, 0x11, v4), .badCommand),
            (version2(0x21, 0x01, []), .badProtocol),
            (version2(0x21, 0x10, v4), .badProtocol),
            (version2(0x21, 0x13, v4), .badProtocol),
            (version2(0x21, 0x41, v4), .badProtocol),
            (version2(0x21, 0x11, Array(v4.dropLast())), .badLength),
            (version2(0x21, 0x11, []), .badLength),
            (version2(0x21, 0x21, v4), .badLength),
            (version2(0x21, 0x31, zeros(215)), .badLength),
            (version2(0x21, 0x11, v4 + [0x04]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x04, 0]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x04, 0, 1]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x04, 0xff, 0xff, 1]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x04, 0, 1, 7, 0x04]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x03, 0, 3, 0, 0, 0]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x03, 0, 4, 0, 0, 0, 0, 0x03, 0, 4, 0, 0, 0, 0]), .badExtension),
            (version2(0x21, 0x11, v4 + [0x03, 0, 4, 0, 0, 0, 0]), .badChecksum),
            (version2(0x21, 0x11, v4 + [0x04, 0x01, 0xfa] + zeros(506)), .tooLong),
            (version2(0x20, 0x00, zeros(521)), .tooLong),
            (signature + [0x21, 0x11, 0xff, 0xff], .tooLong),
        ] as [([UInt8], ProxyPreface.Flaw)])
    func `a binary preface that breaks a rule is refused`(bytes: [UInt8], flaw: ProxyPreface.Flaw) {
        expectFinal(bytes, .malformed(flaw))
    }

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\n".utf8), Array("POST ".utf8), Array("PROXYS / HTTP/1.1\r\n".utf8),
        Array("proxy TCP4 ".utf8), Array("PRI * HTTP/2.0\r\n".utf8), Array(" PROXY ".utf8), [0x16, 0x03, 0x01, 0x02],
        Array("\r\nGET / HTTP/1.1\r\n".utf8), Array("\r\n\r\n\r\n".utf8), [0], [0xff],
        Array(signature.dropLast()) + [0x0b],
    ])
    func `other protocols are no preface`(bytes: [UInt8]) {
        expectFinal(bytes, .absent)
    }

    @Test func `nothing yet may become a preface`() {
        #expect(verdict([]) == .needsMore)
    }

    // MARK: What is expected of every cut

    /// The whole is parsed with any bytes behind it, and no beginning of it is decided before.
    private func expectParsed(_ preface: Whole) throws {
        let source = try preface.source.map { try #require(IPAddress($0)) }
        let expected = ProxyPreface.Verdict.parsed(source: source, count: preface.bytes.count)
        for end in 0..<preface.bytes.count { #expect(verdict(preface.bytes[..<end]) == .needsMore, "cut at \(end)") }
        #expect(verdict(preface.bytes[...]) == expected)
        #expect(verdict((preface.bytes + Array("PROXY \r\n\0".utf8))[...]) == expected)
    }

    /// The bytes are refused, and from the first beginning that is refused on the reason stays the same.
    private func expectFinal(_ bytes: [UInt8], _ expected: ProxyPreface.Verdict) {
        var isFinal = false
        for end in 0...bytes.count {
            let verdict = verdict(bytes[..<end])
            if verdict != .needsMore { isFinal = true }
            if isFinal { #expect(verdict == expected, "cut at \(end)") }
        }
        #expect(isFinal)
    }

    private func verdict(_ bytes: ArraySlice<UInt8>) -> ProxyPreface.Verdict { ProxyPreface.parse(bytes.span) }

    // MARK: Building blocks

    static let full = "2001:db80:1111:1111:1111:1111:1111:1111"
    static let signature: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
    /// 192.0.2.7 to 198.51.100.1, with ports.
    static let v4: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0xdc, 0x04, 0x01, 0xbb]
    /// 2001:db8::7 to 2001:db8::1, with ports.
    static let v6: [UInt8] =
        [0x20, 0x01, 0x0d, 0xb8] + zeros(11) + [7] + [0x20, 0x01, 0x0d, 0xb8] + zeros(11) + [1, 0xdc, 0x04, 0x01, 0xbb]

    static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    static func version2(_ command: UInt8, _ origin: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, origin, UInt8(rest.count >> 8), UInt8(rest.count & 0xff)] + rest
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
