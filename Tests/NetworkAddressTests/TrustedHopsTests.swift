import NetworkAddress
import Testing

@Suite struct TrustedHopsTests {
    @Test(
        arguments: [
            ("", ["127.0.0.1", "::1", "::ffff:127.0.0.1"], ["127.0.0.2", "10.0.0.1", "::", "::2", "0.0.0.0"]),
            ("10.0.0.0/8", ["127.0.0.1", "::1", "10.1.2.3"], ["11.0.0.0", "127.0.0.2"]),
            (" 10.0.0.1 , 2001:db8::/32 ", ["10.0.0.1", "2001:db8:1::1"], ["10.0.0.2", "2001:db9::"]),
            ("127.0.0.0/8", ["127.0.0.1", "127.9.9.9"], ["128.0.0.0"]),
            ("none", [], ["127.0.0.1", "::1", "10.0.0.1"]),
        ] as [(String, [String], [String])])
    func `this machine is trusted, and who is listed`(text: String, trusted: [String], others: [String]) throws {
        let hops = try TrustedHops(text: text)
        for peer in trusted { #expect(try hops.trusts(#require(IPAddress(peer))), "\(peer)") }
        for peer in others { #expect(try !hops.trusts(#require(IPAddress(peer))), "\(peer)") }
        #expect(hops.trusts(.unixSocket) == (text != "none"))
    }

    @Test(arguments: [
        ("10.0.0.0/33", "10.0.0.0/33", 0), ("10.0.0.0/8,junk", "junk", 1), ("10.0.0.0/8,,::1", "", 1),
        ("10.0.0.1,none", "none", 1), ("none,none", "none", 0), ("None", "None", 0),
        ("fe80::1%eth0", "fe80::1%eth0", 0),
        ("10.0.0.0/8,", "", 1),
    ])
    func `a bad entry is named`(text: String, entry: String, index: Int) throws {
        let error = try #require(throws: NetworkListError.self) { try TrustedHops(text: text) }
        #expect(error.entry == entry)
        #expect(error.index == index)
        #expect(error.description.contains("\"\(entry)\""))
    }

    @Test func `a head is read where its word may matter`() throws {
        for text in ["", "none", "10.0.0.0/8"] {
            let hops = try TrustedHops(text: text)
            #expect(hops.shouldRead(.unixSocket))
            for (peer, isRead) in [("127.0.0.1", true), ("203.0.113.9", false), ("10.0.0.1", text == "10.0.0.0/8")] {
                let address = try #require(IPAddress(peer))
                #expect(hops.shouldRead(.address(address)) == isRead, "\(peer)")
            }
        }
    }
}
