import NetworkAddress
import Providers
import Testing

@Suite struct TargetRuleTests {
    private func decide(
        _ url: String, _ addresses: [String], allowed: [String] = []
    ) throws -> TargetRule.Decision {
        let rule = TargetRule(
            own: [try #require(WebOrigin("https://us.example:8001"))],
            allowed: PrefixSet(allowed.compactMap { CIDRBlock($0) }))
        return rule.decide(try #require(WebOrigin(url)), addresses: addresses.compactMap { IPAddress($0) })
    }

    /// Weakness 37: a test of a webhook fetched any address, the cloud's metadata among them.
    @Test(arguments: [
        "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
        "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "2001:0:1::", "::127.0.0.1", "fec0::1",
    ])
    func `weakness 37: what lies behind our walls is not called`(address: String) throws {
        let literal = address.contains(":") ? "[\(address)]" : address
        for url in ["http://\(literal)/", "http://innocent.example/"] {
            guard case .refused = try decide(url, [address]) else {
                Issue.record("\(url) at \(address) was allowed")
                continue
            }
        }
    }

    @Test(arguments: ["1.1.1.1", "34.82.0.1", "2606:4700::1111", "172.32.0.1", "100.128.0.1", "11.0.0.1"])
    func `the world is called, at the address that was looked at`(address: String) throws {
        #expect(try decide("http://a.example:81/x", [address]) == .allowed(pinned: ["a.example": address]))
    }

    @Test func `weakness 37: a name with one address inside is not called, nor one without any`() throws {
        for addresses in [["1.1.1.1", "10.0.0.1"], []] {
            guard case .refused = try decide("http://a.example/", addresses) else {
                Issue.record("\(addresses) was allowed")
                continue
            }
        }
    }

    @Test func `our own address and networks that were allowed are called`() throws {
        #expect(try decide("https://us.example:8001/x", ["10.0.0.1"]) == .allowed(pinned: [:]))
        #expect(
            try decide("http://a.example/", ["10.0.0.1"], allowed: ["10.0.0.0/24"])
                == .allowed(pinned: ["a.example": "10.0.0.1"]))
        guard case .refused = try decide("http://us.example:8002/", ["10.0.0.1"]) else {
            Issue.record("another port of our host was allowed")
            return
        }
    }
}
