import NetworkAddress
import Testing

@Suite struct ClientIdentityTests {
    private func resolve(
        _ peer: String, forwardedFor: String? = nil, realIP: String? = nil, other: Bool = false
    ) throws -> IPAddress {
        ClientIdentity.resolve(
            peer: try #require(IPAddress(peer)), forwardedFor: forwardedFor.map { Array($0.utf8) },
            realIP: realIP.map { Array($0.utf8) }, hasOtherClaim: other
        )
    }

    @Test func `a stranger is who he is, whatever he says`() throws {
        let stranger = try resolve("203.0.113.9", forwardedFor: "127.0.0.1", realIP: "127.0.0.1", other: true)
        #expect(stranger == IPAddress("203.0.113.9"))
        #expect(try resolve("127.0.0.2", forwardedFor: "127.0.0.1") == IPAddress("127.0.0.2"))
    }

    @Test(arguments: [
        ("8.8.8.8", "8.8.8.8"),
        ("9.9.9.9, 8.8.8.8", "8.8.8.8"),
        ("9.9.9.9,8.8.8.8 , 127.0.0.1", "8.8.8.8"),
        ("127.0.0.1, ::1", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ])
    func `a tunnel on this machine is walked past, from the right`(list: String, client: String) throws {
        #expect(try resolve("127.0.0.1", forwardedFor: list) == IPAddress(client))
    }

    @Test(arguments: ["", "unknown", "8.8.8.8, junk", "8.8.8.8,", "8.8.8.8:1234"])
    func `a claim that does not parse makes nobody local`(list: String) throws {
        #expect(try resolve("127.0.0.1", forwardedFor: list) == ClientIdentity.unknown)
        #expect(!ClientIdentity.unknown.isLoopback)
    }

    @Test func `without a claim the peer is the client`() throws {
        #expect(try resolve("::1") == IPAddress("::1"))
        #expect(try resolve("::1", realIP: " 8.8.8.8 ") == IPAddress("8.8.8.8"))
        #expect(try resolve("127.0.0.1", other: true) == ClientIdentity.unknown)
    }
}
