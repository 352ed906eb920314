import GatePolicy
import NetworkAddress
import Testing

private func verdict(_ policy: GatePolicy, _ provider: String, _ address: String) throws -> CompiledPolicy.Verdict {
    let address = try #require(IPAddress(address))
    return try CompiledPolicy(policy).allows(provider: Array(provider.utf8).span, address: address)
}

private func replicate(_ list: [String]?) -> GatePolicy {
    GatePolicy(version: 1, providers: ["replicate": ProviderPolicy(webhookAllowedIPs: list)])
}

@Suite struct AllowlistTests {
    /// The guide's table of scenarios.
    @Test(
        arguments: [
            (nil, "203.0.113.9", CompiledPolicy.Verdict.allowed),
            ([], "203.0.113.9", .allowed),
            (["10.0.0.0/8", "192.168.0.0/16"], "10.1.2.3", .allowed),
            (["10.0.0.0/8", "192.168.0.0/16"], "203.0.113.9", .refused(provider: 0)),
        ] as [([String]?, String, CompiledPolicy.Verdict)])
    func `the guide's scenarios end as it says`(
        list: [String]?, address: String, expected: CompiledPolicy.Verdict
    ) throws {
        #expect(try verdict(replicate(list), "replicate", address) == expected)
    }

    /// The guide's table of formats, and those that it does not name.
    @Test(arguments: [
        ("1.2.3.4/32", "1.2.3.4", "1.2.3.5"),
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
        ("192.168.1.0/24", "192.168.1.255", "192.168.2.0"),
        ("1.2.3.4", "1.2.3.4", "1.2.3.3"),
        ("192.168.1.77/24", "192.168.1.0", "192.168.0.255"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("2001:db8::1", "2001:db8:0::1", "2001:db8::2"),
        ("10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.0.0.0"),
        ("::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.0"),
        ("::/0", "2001:db8::1", "10.0.0.1"),
        ("0.0.0.0/0", "10.0.0.1", "2001:db8::1"),
    ])
    func `weakness 25: a list takes networks and single addresses of both families`(
        entry: String, inside: String, outside: String
    ) throws {
        #expect(try verdict(replicate([entry]), "replicate", inside) == .allowed)
        #expect(try verdict(replicate([entry]), "replicate", outside) == .refused(provider: 0))
    }

    @Test func `a client that nobody knows is in no list`() throws {
        let unknown = ClientIdentity.unknown.description
        #expect(try verdict(replicate(["0.0.0.0/0", "::/0"]), "replicate", unknown) == .refused(provider: 0))
        #expect(try verdict(replicate([]), "replicate", unknown) == .allowed)
    }

    @Test(arguments: ["Replicate", "replicat", "replicate2", "", "other"])
    func `a provider that is not listed is unknown`(name: String) throws {
        #expect(try verdict(replicate(["10.0.0.0/8"]), name, "10.0.0.1") == .unknownProvider)
        #expect(try verdict(GatePolicy(version: 1, providers: [:]), name, "10.0.0.1") == .unknownProvider)
    }

    @Test func `a gateway that has no policy yet leaves the judgement to its backend`() throws {
        #expect(try verdict(.initial, "replicate", "203.0.113.9") == .allowed)
        #expect(GatePolicy.initial.version == 0)
    }

    @Test func `each provider has its own list and limit`() throws {
        let limit = LimitOverride(calls: 7, periodSeconds: 9)
        let policy = GatePolicy(
            version: 3,
            providers: [
                "replicate": ProviderPolicy(webhookAllowedIPs: ["10.0.0.0/8"]),
                "simpletuner_io": ProviderPolicy(webhookAllowedIPs: ["11.0.0.0/8"], webhookLimit: limit),
            ])
        #expect(try verdict(policy, "replicate", "11.0.0.1") == .refused(provider: 0))
        #expect(try verdict(policy, "simpletuner_io", "11.0.0.1") == .allowed)
        let compiled = try CompiledPolicy(policy)
        #expect(compiled.version == 3)
        let own = compiled.webhookLimit(provider: Array("simpletuner_io".utf8).span)
        #expect(own?.limit == limit && own?.provider == 1)
        for name in ["replicate", "other"] {
            let none = compiled.webhookLimit(provider: Array(name.utf8).span)
            #expect(none == nil)
        }
    }

    @Test func `10,000 ranges hold what they list`() throws {
        let texts = (0..<10_000).map { "10.\($0 / 256).\($0 % 256).16/28" }
        let compiled = try CompiledPolicy(replicate(texts))
        let name = Array("replicate".utf8)
        for index in 0..<UInt32(10_000) {
            for (last, expected) in [
                (15, CompiledPolicy.Verdict.refused(provider: 0)), (16, .allowed), (31, .allowed),
                (32, .refused(provider: 0)),
            ] {
                let address = IPAddress(v4: 10 << 24 | index << 8 | UInt32(last))
                let verdict = compiled.allows(provider: name.span, address: address)
                #expect(verdict == expected)
            }
        }
    }
}

@Suite struct PolicyCheckTests {
    private static func provider(_ name: String, _ policy: ProviderPolicy) -> GatePolicy {
        GatePolicy(version: 1, providers: [name: policy])
    }

    private static func limited(_ calls: Int, _ seconds: Int) -> LimitOverride {
        LimitOverride(calls: calls, periodSeconds: seconds)
    }

    @Test(arguments: [
        (replicate(["10.0.0.0/8", "10.0.0.0/33"]), "providers.replicate.webhook_allowed_ips[1]", "10.0.0.0/33"),
        (replicate([""]), "providers.replicate.webhook_allowed_ips[0]", ""),
        (replicate(["fe80::1%eth0"]), "providers.replicate.webhook_allowed_ips[0]", "fe80::1%eth0"),
        (replicate(["example.com"]), "providers.replicate.webhook_allowed_ips[0]", "example.com"),
        (
            replicate(Array(repeating: "10.0.0.1", count: 16385)), "providers.replicate.webhook_allowed_ips", "16385"
        ),
        (provider("a/b", ProviderPolicy()), "providers", "a/b"),
        (provider("", ProviderPolicy()), "providers", ""),
        (provider("Replicate", ProviderPolicy()), "providers", "Replicate"),
        (
            provider("replicate", ProviderPolicy(webhookLimit: limited(-1, 60))),
            "providers.replicate.webhook_limit.calls", "-1"
        ),
        (
            provider("replicate", ProviderPolicy(webhookLimit: limited(1, 0))),
            "providers.replicate.webhook_limit.period_seconds", "0"
        ),
        (
            GatePolicy(version: 1, providers: nil, limits: ["/x": limited(1_000_001, 60)]), "limits[\"/x\"].calls",
            "1000001"
        ),
        (GatePolicy(version: 1, providers: nil, limits: ["": limited(1, 60)]), "limits", ""),
        (GatePolicy(version: -1, providers: nil), "version", "-1"),
    ])
    func `weakness 25: a bad entry is named with its place, and not passed over`(
        policy: GatePolicy, path: String, entry: String
    ) throws {
        let error = try #require(throws: PolicyError.self) { try policy.check() }
        #expect(error.path == path)
        #expect(error.entry == entry)
        #expect(error.description.hasPrefix(path + ": "))
        #expect(throws: PolicyError.self) { try CompiledPolicy(policy) }
    }

    @Test func `what is in bounds passes`() throws {
        try GatePolicy.initial.check()
        let limits = ["/a": Self.limited(0, 1), "/b": Self.limited(1_000_000, 86_400)]
        let compiled = try CompiledPolicy(
            GatePolicy(version: 0, providers: [:], limits: limits, switches: PolicySwitches(servesStorage: false)))
        #expect(compiled.limits == limits)
        #expect(!compiled.switches.servesStorage)
    }
}
