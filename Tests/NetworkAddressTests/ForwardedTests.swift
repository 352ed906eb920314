import NetworkAddress
import Testing

/// RFC 7239.
@Suite struct ForwardedTests {
    @Test(
        arguments: [
            // Section 4.
            ([#"for="_gazonk""#], nil),
            ([#"For="[2001:db8:cafe::17]:4711""#], "2001:db8:cafe::17"),
            (["for=192.0.2.60;proto=http;by=203.0.113.43"], "192.0.2.60"),
            (["for=192.0.2.43, for=198.51.100.17"], "198.51.100.17"),
            // Section 6.
            ([#"for="192.0.2.43:47011""#], "192.0.2.43"),
            ([#"for="[2001:db8:cafe::17]:47011""#], "2001:db8:cafe::17"),
            // Section 6.2 and 6.3.
            (["for=unknown"], nil),
            (["for=_hidden, for=_SEVKISEK"], nil),
            (["for=192.0.2.43, for=_SEVKISEK"], nil),
            // Section 7.1.
            (["for=192.0.2.43", #"for="[2001:db8:cafe::17]", for=unknown"#], nil),
            (["for=192.0.2.43,", #"for="[2001:db8:cafe::17]""#], "2001:db8:cafe::17"),
            ([#"for=192.0.2.43,for="[2001:db8:cafe::17]""#], "2001:db8:cafe::17"),
            // Section 7.4.
            ([#"for=192.0.2.43, for="[2001:db8:cafe::17]""#, "for=198.51.100.17;by=203.0.113.60"], "198.51.100.17"),
        ] as [([String], String?)])
    func `the examples of the RFC are read`(lines: [String], client: String?) throws {
        let identity = try identify("127.0.0.1", lines.map { (.forwarded, $0) })
        #expect(identity.address == client.flatMap { IPAddress($0) } ?? ClientIdentity.unknown)
    }

    @Test(arguments: [
        (["for=9.9.9.9, for=8.8.8.8, for=127.0.0.1"], "8.8.8.8"),
        (["for=8.8.8.8", #"for="[::1]", for=127.0.0.1"#], "8.8.8.8"),
        (["for=127.0.0.1", #"for="[::1]""#], "127.0.0.1"),
        (["proto=https;FOR=8.8.8.8;host=a"], "8.8.8.8"),
        ([";;for=8.8.8.8;"], "8.8.8.8"),
        (["\tfor=8.8.8.8\t,\tfor=127.0.0.1 "], "8.8.8.8"),
        ([#"for="\8.8\.8.8""#], "8.8.8.8"),
        ([#"for="8.8.8.8:_port-1.x""#], "8.8.8.8"),
        // A quote holds what would else be punctuation.
        ([#"host="a, for=9.9.9.9;b\"c";for=8.8.8.8"#], "8.8.8.8"),
        ([#"for=8.8.8.8;by="_x, y""#], "8.8.8.8"),
        // What a client left open does not reach into another line.
        ([#"for="9.9.9.9"#, "for=8.8.8.8"], "8.8.8.8"),
    ])
    func `it is walked as X-Forwarded-For is`(lines: [String], client: String) throws {
        #expect(try identify("127.0.0.1", lines.map { (.forwarded, $0) }).address == IPAddress(client))
    }

    @Test(arguments: [
        "", ",", "for", "for=", "for=;", "=8.8.8.8", "8.8.8.8", "proto=http", "by=8.8.8.8", "for=8.8.8.8,",
        "for=8.8.8.8, proto=http", "for =8.8.8.8", "for= 8.8.8.8", "for=8.8.8.8 ;proto=http", "for=8.8.8.8; proto=http",
        "for=8.8.8.8;for=8.8.8.8", "for=8.8.8.8;For=9.9.9.9", "for=8.8.8.8:80", "for=[2001:db8::1]", "for=2001:db8::1",
        #"for="2001:db8::1""#, #"for="[8.8.8.8]""#, #"for="8.8.8.8"#, #"for="8.8.8.8\"#, #"for="8.8.8.8"x"#,
        #"for="8.8.8.8:_""#, #"for="8.8.8.8:99999""#, #"for=" 8.8.8.8""#, #"for="[fe80::1%25eth0]""#,
        "for=8.8.8.8 9.9.9.9",
        "for=8.8.8.8\u{b5}", #"for="8.8.8.8, for=127.0.0.1"#, "for8=8.8.8.8", "xfor=8.8.8.8",
        #"for="000000000000000000000000000000000000000000000000000000000000000000008.8.8.8""#,
    ])
    func `what breaks the grammar or names no address stops the walk`(line: String) throws {
        #expect(try identify("127.0.0.1", [(.forwarded, line)]).address == ClientIdentity.unknown)
    }

    @Test(arguments: [(53, true), (54, false), (300, false)])
    func `a value that is longer than any address with a port names none`(letters: Int, isRead: Bool) throws {
        let line = "for=\"8.8.8.8:__\(String(repeating: "x", count: letters + 1))\""
        let client = isRead ? IPAddress("8.8.8.8") : ClientIdentity.unknown
        #expect(try identify("127.0.0.1", [(.forwarded, line)]).address == client)
    }

    @Test func `every prefix of a line is read without a fault, and names nobody but its own`() throws {
        let line = #"for="[2001:db8::1]:4711";by="_a\"b", for=8.8.8.8;proto=https"#
        let own: Set = [ClientIdentity.unknown, IPAddress("2001:db8::1"), IPAddress("8.8.8.8")]
        for length in 0...line.utf8.count {
            let address = try identify("127.0.0.1", [(.forwarded, String(line.prefix(length)))]).address
            // A prefix of an address may be an address: 8.8.8.8 has none.
            #expect(own.contains(address), "\(line.prefix(length))")
        }
    }
}
