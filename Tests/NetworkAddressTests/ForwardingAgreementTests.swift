import NetworkAddress
import Testing

/// What several headers of the family say together.
@Suite struct ForwardingAgreementTests {
    private static let unknown = ClientIdentity.unknown.description

    @Test(
        arguments: [
            // One voice.
            ([(.forwardedFor, "8.8.8.8"), (.realIP, "8.8.8.8"), (.forwarded, "for=8.8.8.8")], "8.8.8.8"),
            ([(.forwardedFor, "9.9.9.9, 8.8.8.8"), (.realIP, "::ffff:8.8.8.8")], "8.8.8.8"),
            ([(.realIP, " 8.8.8.8 ")], "8.8.8.8"),
            ([(.realIP, "8.8.8.8"), (.realIP, "8.8.8.8")], "8.8.8.8"),
            // Which of two the hop wrote cannot be seen.
            ([(.forwardedFor, "8.8.8.8"), (.realIP, "9.9.9.9")], unknown),
            ([(.realIP, "9.9.9.9"), (.forwardedFor, "8.8.8.8")], unknown),
            ([(.forwardedFor, "8.8.8.8"), (.forwarded, "for=9.9.9.9")], unknown),
            ([(.forwarded, "for=8.8.8.8"), (.realIP, "9.9.9.9")], unknown),
            ([(.realIP, "8.8.8.8"), (.realIP, "9.9.9.9")], unknown),
            ([(.realIP, "8.8.8.8, 9.9.9.9")], unknown),
            ([(.forwardedFor, "8.8.8.8"), (.realIP, "junk")], unknown),
            ([(.forwardedFor, "unknown"), (.realIP, "8.8.8.8")], unknown),
            ([(.forwarded, "for=_hidden"), (.forwardedFor, "8.8.8.8")], unknown),
            // Trusted hops alone contradict nobody.
            ([(.forwardedFor, "8.8.8.8, 127.0.0.1"), (.realIP, "127.0.0.1")], "8.8.8.8"),
            ([(.forwardedFor, "127.0.0.1"), (.realIP, "8.8.8.8")], "8.8.8.8"),
            ([(.realIP, "::1"), (.forwarded, "for=127.0.0.1"), (.forwardedFor, "127.0.0.1, ::1")], "127.0.0.1"),
            ([(.realIP, "127.0.0.1"), (.forwarded, "for=\"[::1]\"")], "::1"),
            // What we do not read says nothing, and is not nothing.
            ([(.other, "8.8.8.8")], unknown),
            ([(.connectingIP, "8.8.8.8")], unknown),
            ([(.forwardedFor, "8.8.8.8"), (.other, "9.9.9.9"), (.connectingIP, "9.9.9.9")], "8.8.8.8"),
        ] as [([(ForwardingField, String)], String)])
    func `headers that name different clients name none`(claims: [(ForwardingField, String)], client: String) throws {
        #expect(try identify("127.0.0.1", claims).address.description == client)
    }

    @Test(
        arguments: [
            ([(.connectingIP, "8.8.8.8")], "8.8.8.8"),
            ([(.connectingIP, "8.8.8.8"), (.forwardedFor, "9.9.9.9, 8.8.8.8")], "8.8.8.8"),
            ([(.connectingIP, "8.8.8.8"), (.forwardedFor, "127.0.0.1")], "8.8.8.8"),
            ([(.connectingIP, "2001:db8::1"), (.other, "244.1.2.3")], "2001:db8::1"),
            ([(.connectingIP, "8.8.8.8"), (.forwardedFor, "9.9.9.9")], unknown),
            ([(.connectingIP, "8.8.8.8"), (.connectingIP, "9.9.9.9")], unknown),
            ([(.connectingIP, "junk")], unknown),
        ] as [([(ForwardingField, String)], String)])
    func `a Cloudflare tunnel's own header counts where it was asked for`(
        claims: [(ForwardingField, String)], client: String
    ) throws {
        #expect(try identify("127.0.0.1", claims, readsConnectingIP: true).address.description == client)
        #expect(try identify("8.8.4.4", claims, readsConnectingIP: true).address.description == "8.8.4.4")
    }
}
