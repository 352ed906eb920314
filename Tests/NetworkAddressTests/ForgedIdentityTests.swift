import HTTP1
import NetworkAddress
import Testing

/// What a client may write to be taken for another.
private struct Forger {
    static let headers = [
        "X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "X-Forwarded-Host", "X-Forwarded-Proto",
        "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Forwarded-By", "X-Forwarded",
        "X-Original-Forwarded-For", "X-Cluster-Client-IP", "X-Client-IP", "Client-IP", "True-Client-IP",
        "CF-Connecting-IPv6", "Fastly-Client-IP", "X-Envoy-External-Address", "X-ProxyUser-Ip", "WL-Proxy-Client-IP",
        "Proxy-Client-IP", "X-Real-Port", "Forwarded-For", "X-Remote-Addr", "X-Originating-IP",
    ]
    private static let addresses = [
        "127.0.0.1", "::1", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1", "::ffff:7f00:1", "[::1]", "[::1]:80", "127.0.0.1:80",
        "10.0.0.1", "34.82.0.7", "9.9.9.9", "2001:db8::666", "::", "0.0.0.0", "localhost", "unknown", "_hidden", "",
        "127.1", "0x7f.1", "fe80::1%lo", "::ffff:10.0.0.1", "9.9.9.9:65536", "junk", "127.0.0.1 ", "\t::1",
    ]

    var numbers: SeededNumbers

    mutating func choose<Element>(_ from: [Element]) -> Element {
        from[Int.random(in: 0..<from.count, using: &numbers)]
    }

    mutating func isChosen(of many: Int) -> Bool { Int.random(in: 0..<many, using: &numbers) == 0 }

    /// A header's name in some casing, and perhaps in disguise.
    mutating func spelling(of name: String) -> String {
        let separator: Character = choose(["-", "-", "_", "."])
        let casing = choose([0, 1, 2, 3])
        return String(
            name.map { letter in
                if letter == "-" { return separator }
                switch casing {
                case 0: return letter
                case 1: return Character(letter.lowercased())
                case 2: return Character(letter.uppercased())
                default: return Character(isChosen(of: 2) ? letter.lowercased() : letter.uppercased())
                }
            })
    }

    mutating func value() -> String {
        let count = Int.random(in: 1...4, using: &numbers)
        let chain = (0..<count).map { _ in choose(Self.addresses) }
        switch choose([0, 0, 1, 2, 3]) {
        case 0: return chain.joined(separator: choose([",", ", ", " , "]))
        case 1: return chain.map { "for=\"\($0)\"" }.joined(separator: ", ")
        case 2: return chain.map { "For=\($0);proto=https;by=\"_a, for=8.8.8.8\"" }.joined(separator: ",")
        default: return "for=\"" + chain.joined(separator: "\", for=")
        }
    }

    /// Header lines of the family, at least one.
    mutating func lines() -> [(name: String, value: String)] {
        (0..<Int.random(in: 1...6, using: &numbers)).map { _ in (spelling(of: choose(Self.headers)), value()) }
    }
}

/// A head, parsed; its fields of the family, as the gateway hands them to the claims.
private func claims(in lines: [(name: String, value: String)], _ hops: TrustedHops) throws -> ForwardingClaims {
    let text = lines.reduce("GET / HTTP/1.1\r\nHost: t\r\n") { $0 + "\($1.name): \($1.value)\r\n" } + "\r\n"
    let bytes = Array(text.utf8)
    var head = RequestHead()
    let length = try head.parse(bytes.span)
    #expect(length == bytes.count)
    var claims = ForwardingClaims()
    for field in head.fields where field.name != .host {
        let kind: ForwardingField
        switch field.name {
        case .forwardedFor: kind = .forwardedFor
        case .forwarded: kind = .forwarded
        case .realIP: kind = .realIP
        case .connectingIP: kind = .connectingIP
        case .forwardedProto, .forwarding, .disguised: kind = .other
        default:
            // What is not known for one of the family would reach the backend.
            Issue.record("\(String(decoding: bytes[field.nameBytes], as: UTF8.self)) passes")
            continue
        }
        claims.read(kind, bytes.span.extracting(field.value), hops)
    }
    #expect(claims.isAny == !lines.isEmpty)
    return claims
}

@Suite struct ForgedIdentityTests {
    @Test func `10,000 forged heads do not change who a stranger is`() throws {
        var forger = Forger(numbers: SeededNumbers(seed: 17))
        let hops = [
            TrustedHops.thisMachine, .nobody, try TrustedHops(text: "10.0.0.0/8", readsConnectingIP: true),
        ]
        let strangers = try ["203.0.113.9", "127.0.0.2", "2001:db8::9", "192.168.1.1"].map {
            try #require(IPAddress($0))
        }
        var changed = 0
        for _ in 0..<10_000 {
            let hops = forger.choose(hops)
            let stranger = forger.choose(strangers)
            let claims = try claims(in: forger.lines(), hops)
            let identity = ClientIdentity(peer: .address(stranger), claims: claims, hops: hops)
            if identity.address != stranger || identity.isLocal { changed += 1 }
        }
        #expect(changed == 0)
    }

    @Test func `weakness 18: no forged head makes a program on this machine local`() throws {
        var forger = Forger(numbers: SeededNumbers(seed: 18))
        for _ in 0..<2000 {
            let hops = forger.choose([TrustedHops.thisMachine, .nobody])
            let claims = try claims(in: forger.lines(), hops)
            let peer = try #require(IPAddress(forger.choose(["127.0.0.1", "::1"])))
            #expect(!ClientIdentity(peer: .address(peer), claims: claims, hops: hops).isLocal)
        }
    }

    /// A hop writes some headers of the family, and passes on what its client wrote into the others.
    @Test func `behind a hop that tells the truth in one header, a forger is himself or nobody`() throws {
        var forger = Forger(numbers: SeededNumbers(seed: 19))
        let hops = try TrustedHops(text: "10.0.0.0/8", readsConnectingIP: true)
        var nobodies = 0
        for _ in 0..<10_000 {
            let client = try #require(IPAddress(forger.choose(["203.0.113.9", "2001:db8::9"])))
            var lines = forger.isChosen(of: 8) ? [] : forger.lines()
            let isForged = !lines.isEmpty
            pass(client, &lines, &forger)
            let claims = try claims(in: lines, hops)
            let identity = ClientIdentity(peer: .address(IPAddress(v4: 0x0a00_0001)), claims: claims, hops: hops)
            let isNobody = identity.address == ClientIdentity.unknown
            #expect(identity.address == client || (isForged && isNobody), "\(identity.address): \(lines)")
            if isNobody { nobodies += 1 }
        }
        #expect((1..<10_000).contains(nobodies))
    }

    /// Writes what a hop writes: at least one header.
    private func pass(_ client: IPAddress, _ lines: inout [(name: String, value: String)], _ forger: inout Forger) {
        let written = forger.choose([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15])
        if written & 1 != 0 { append("X-Forwarded-For", "\(client)", &lines, isOwnLine: forger.isChosen(of: 2)) }
        if written & 2 != 0 {
            let node = client.family == .v4 ? "\(client)" : "\"[\(client)]\""
            append("Forwarded", "for=\(node);proto=https", &lines, isOwnLine: forger.isChosen(of: 2))
        }
        for (bit, name) in [(4, "X-Real-IP"), (8, "CF-Connecting-IP")] where written & bit != 0 {
            lines.removeAll { $0.name.lowercased() == name.lowercased() }
            lines.append((name, "\(client)"))
        }
    }

    private func append(
        _ name: String, _ value: String, _ lines: inout [(name: String, value: String)], isOwnLine: Bool
    ) {
        if !isOwnLine, let index = lines.lastIndex(where: { $0.name.lowercased() == name.lowercased() }) {
            lines[index].value += ", \(value)"
        } else {
            lines.append((name, value))
        }
    }
}
