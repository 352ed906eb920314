import NetworkAddress
import Testing

@Suite struct ClientIdentityTests {
    /// The guide's table of sources, in its order: each counts when those before it are absent.
    @Test(
        arguments: [
            // X-Forwarded-For: with all hops trusted, the first IP is the client.
            ("203.0.113.7, 10.0.0.2, 10.0.0.1", nil, "203.0.113.7"),
            ("203.0.113.7, 10.0.0.2, 10.0.0.1", "203.0.113.7", "203.0.113.7"),
            ("10.0.0.3, 10.0.0.2, 10.0.0.1", nil, "10.0.0.3"),
            // X-Real-IP: nginx's header.
            (nil, "203.0.113.7", "203.0.113.7"),
            // The direct connection.
            (nil, nil, "127.0.0.1"),
        ] as [(String?, String?, String)])
    func `the guide's sources are asked in its order`(forwardedFor: String?, realIP: String?, client: String) throws {
        var claims: [(ForwardingField, String)] = []
        if let forwardedFor { claims.append((.forwardedFor, forwardedFor)) }
        if let realIP { claims.append((.realIP, realIP)) }
        let identity = try identify("127.0.0.1", claims, trusting: "10.0.0.0/8")
        #expect(identity.address == IPAddress(client))
    }

    @Test(arguments: ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
    func `the guide's bypass is for a peer on this machine that speaks for itself`(peer: String) throws {
        #expect(try identify(peer).isLocal)
        #expect(try identify(peer, trusting: "none").isLocal)
        for field in [ForwardingField.forwardedFor, .forwarded, .realIP, .connectingIP, .other] {
            for value in ["127.0.0.1", "for=127.0.0.1", "8.8.8.8", ""] {
                for trusting in ["", "none", "10.0.0.0/8"] {
                    let identity = try identify(peer, [(field, value)], trusting: trusting)
                    #expect(!identity.isLocal, "\(field): \(value), trusting \(trusting)")
                    #expect(identity.isSpokenFor)
                }
            }
        }
        #expect(try !identify(peer, isPeerClaimed: true).isLocal)
        #expect(try !identify("127.0.0.2").isLocal)
        #expect(try !identify(nil).isLocal)
    }

    @Test(arguments: ["", "none", "10.0.0.0/8", "::/0"])
    func `weakness 17: a stranger is who he is, whatever he says`(trusting: String) throws {
        let claims: [(ForwardingField, String)] = [
            (.forwardedFor, "127.0.0.1"), (.realIP, "127.0.0.1"), (.forwarded, "for=127.0.0.1"),
            (.connectingIP, "127.0.0.1"), (.other, "127.0.0.1"),
        ]
        for peer in ["203.0.113.9", "127.0.0.2"] {
            #expect(try identify(peer, claims, trusting: trusting).address == IPAddress(peer))
        }
    }

    @Test func `nobody trusted is nobody believed`() throws {
        let claims: [(ForwardingField, String)] = [(.forwardedFor, "8.8.8.8")]
        #expect(try identify("127.0.0.1", claims, trusting: "none").address == IPAddress("127.0.0.1"))
        #expect(try identify(nil, claims, trusting: "none").address == ClientIdentity.unknown)
    }

    @Test func `a Unix socket has no address, and speaks for others`() throws {
        #expect(try identify(nil).address == ClientIdentity.unknown)
        #expect(try identify(nil, [(.forwardedFor, "8.8.8.8")]).address == IPAddress("8.8.8.8"))
    }

    @Test func `whom a PROXY preface named is walked past like every other hop`() throws {
        let claims: [(ForwardingField, String)] = [(.forwardedFor, "8.8.8.8, 10.0.0.2")]
        let walked = try identify("10.0.0.1", claims, trusting: "10.0.0.0/8", isPeerClaimed: true)
        #expect(walked == (try identify("10.0.0.1", claims, trusting: "10.0.0.0/8")))
        let stranger = try identify("203.0.113.9", claims, trusting: "10.0.0.0/8", isPeerClaimed: true)
        #expect(stranger.address == IPAddress("203.0.113.9"))
        #expect(stranger.isSpokenFor)
    }

    @Test func `nobody has no privilege`() {
        #expect(!ClientIdentity.unknown.isLoopback)
        #expect(!TrustedHops.thisMachine.trusts(ClientIdentity.unknown))
    }
}

@Suite struct HopWalkTests {
    @Test(arguments: [
        (["8.8.8.8"], "8.8.8.8"),
        (["9.9.9.9, 8.8.8.8"], "8.8.8.8"),
        (["9.9.9.9,8.8.8.8 , 127.0.0.1"], "8.8.8.8"),
        (["127.0.0.1, ::1"], "127.0.0.1"),
        (["::1, 127.0.0.1"], "::1"),
        (["2001:db8::1"], "2001:db8::1"),
        (["::ffff:8.8.8.8"], "8.8.8.8"),
        (["8.8.8.8, ::ffff:127.0.0.1"], "8.8.8.8"),
        // Several lines are one list.
        (["9.9.9.9", "8.8.8.8"], "8.8.8.8"),
        (["9.9.9.9, 8.8.8.8", "127.0.0.1"], "8.8.8.8"),
        (["127.0.0.1", "::1", "127.0.0.1, ::1"], "127.0.0.1"),
        (["junk", "8.8.8.8"], "8.8.8.8"),
        (["9.9.9.9", "junk, 8.8.8.8"], "8.8.8.8"),
        // Some balancers write ports.
        (["8.8.8.8:1234"], "8.8.8.8"),
        (["[2001:db8::1]:443, 127.0.0.1:1"], "2001:db8::1"),
        (["[2001:db8::1]"], "2001:db8::1"),
    ])
    func `a tunnel on this machine is walked past, from the right`(lines: [String], client: String) throws {
        let identity = try identify("127.0.0.1", lines.map { (.forwardedFor, $0) })
        #expect(identity.address == IPAddress(client))
    }

    @Test(arguments: [
        [""], ["unknown"], ["8.8.8.8, junk"], ["8.8.8.8,"], ["8.8.8.8, , 127.0.0.1"], ["junk, 127.0.0.1"],
        ["8.8.8.8", "junk"], ["8.8.8.8", ""], ["junk", "127.0.0.1"], ["8.8.8.8:"], ["8.8.8.8:65536"],
        ["8.8.8.8:123456"], ["8.8.8.8:_x"], ["fe80::1%eth0"], ["fe80::1%25eth0"], ["[8.8.8.8]"], ["[::1"], ["::1]"],
        ["[2001:db8::1]x"], ["[2001:db8::1]:"], ["\"8.8.8.8\""], ["for=8.8.8.8"], ["8.8.8.8;9.9.9.9"],
        ["8.8.8.8 9.9.9.9"],
        ["010.0.0.1"], ["0x7f.0.0.1"], ["2130706433"], ["127.1"], ["localhost"],
    ])
    func `an entry that names no address stops the walk`(lines: [String]) throws {
        let identity = try identify("127.0.0.1", lines.map { (.forwardedFor, $0) })
        #expect(identity.address == ClientIdentity.unknown)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.9.9.9", "203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("10.0.0.0/8", "127.0.0.1", "203.0.113.7, 10.1.1.1, ::1", "203.0.113.7"),
        ("10.0.0.0/8, 2001:db8::/32", "2001:db8::1", "203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("10.0.0.0/8", "10.9.9.9", "10.1.1.1, 11.0.0.1", "11.0.0.1"),
        ("0.0.0.0/0,::/0", "203.0.113.9", "198.51.100.1, 2001:db8::7, 8.8.8.8", "198.51.100.1"),
        ("::ffff:10.0.0.0/104", "10.9.9.9", "203.0.113.7, 10.1.1.1", "203.0.113.7"),
    ])
    func `networks that are listed are walked past too`(
        trusting: String, peer: String, list: String, client: String
    ) throws {
        #expect(try identify(peer, [(.forwardedFor, list)], trusting: trusting).address == IPAddress(client))
    }
}
