import NetworkAddress
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("::", "::"),
        ("::1", "::1"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("fe80::", "fe80::"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:0a00:1", "10.0.0.1"),
    ])
    func `an address has one spelling, the canonical one`(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "+1.2.3.4", "1.2.3.-4", "0x1.2.3.4",
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3", "1.2.3.4::",
        "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7::8", "::1 ", "1:2:3:4:5:6:7:1.2.3.4",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("::1", true), ("::ffff:127.0.0.1", true), ("127.0.0.2", false), ("::", false),
    ])
    func `only the two addresses of the guide are localhost`(text: String, isLoopback: Bool) throws {
        #expect(try #require(IPAddress(text)).isLoopback == isLoopback)
    }
}

@Suite struct CIDRBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true),
        ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.2.3/8", "10.9.9.9", true),
        ("1.2.3.4", "1.2.3.4", true),
        ("1.2.3.4", "1.2.3.5", false),
        ("1.2.3.4/32", "1.2.3.4", true),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("::/0", "2001:db8::1", true),
        ("::ffff:10.0.0.0/104", "10.1.1.1", true),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ])
    func `a range contains what shares its prefix`(range: String, address: String, isInside: Bool) throws {
        let block = try #require(CIDRBlock(range))
        #expect(block.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "x/8", "::ffff:1.2.3.4/32",
        "10.0.0.1/08", "10.0.0.1/00", "::/032",
    ])
    func `what is no range is refused`(text: String) {
        #expect(CIDRBlock(text) == nil)
    }
}

@Suite struct LimitKeyTests {
    private func key(_ text: String, _ length: Int = 64) throws -> UInt128 {
        try #require(IPAddress(text)).limitKey(v6PrefixLength: length)
    }

    @Test(arguments: [
        ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", 64, true),
        ("2001:db8::1", "2001:db8:0:1::1", 64, false),
        ("2001:db8::1", "2001:db8:0:1::1", 48, true),
        ("2001:db8::1", "2001:db8::2", 128, false),
        ("2001:db8::1", "2001:db9::1", 0, true),
        ("192.0.2.1", "192.0.2.2", 64, false),
        ("192.0.2.1", "192.0.2.2", 0, false),
        ("192.0.2.1", "::ffff:192.0.2.1", 64, true),
        // The two families share no key, and nobody and this machine share none.
        ("0.0.0.0", "::", 64, false),
        ("192.0.2.1", "::192.0.2.1", 128, false),
        ("::1", "::", 64, false),
        ("::1", "127.0.0.1", 64, false),
    ])
    func `an IPv6 network is one client, and an IPv4 address is`(
        one: String, other: String, length: Int, isOne: Bool
    ) throws {
        #expect(try (key(one, length) == key(other, length)) == isOne)
    }
}

@Suite struct AddressTextTests {
    @Test func `every address reads back from its text`() throws {
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<5000 {
            // Groups of zeros here and there, as the gap wants them.
            var bits = UInt128.random(in: 0 ... .max, using: &numbers)
            for shift in 0..<8 where Bool.random(using: &numbers) { bits &= ~(0xffff << UInt128(16 * shift)) }
            let address =
                Bool.random(using: &numbers) ? IPAddress(v6: bits) : IPAddress(v4: UInt32(truncatingIfNeeded: bits))
            let text = AddressText(address)
            let read = IPAddress(text: text.span)
            #expect(read == address)
            #expect(IPAddress(address.description) == address)
        }
    }

    @Test func `every prefix of an address is read without a fault`() {
        for text in ["2001:db8:0:1:1:1:255.255.255.255", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8", "255.255.255.255", "::"]
        {
            let bytes = Array(text.utf8)
            for start in 0...bytes.count {
                for end in start...bytes.count { _ = IPAddress(text: bytes[start..<end]) }
            }
        }
    }
}
