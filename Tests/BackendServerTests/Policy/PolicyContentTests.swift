import GatePolicy
import JSON
import Storage
import Testing

@testable import BackendServer

@Suite struct PolicyContentTests {
    private func policy(_ config: String) throws -> GatePolicy {
        GatePolicy(version: 3, configs: ["replicate": try #require(try JSONValue(parsing: config).members)])
    }

    /// Each row: what is configured, and the list that holds.
    @Test(arguments: [
        ("{}", []),
        (#"{"webhook_allowed_ips":[]}"#, []),
        (#"{"webhook_allowed_ips":["10.0.0.1/8","::1"]}"#, ["10.0.0.1/8", "::1"]),
        (#"{"webhook_allowed_ips":["10.0.0.1/8"],"webhook_ip_allowlist_enabled":true}"#, ["10.0.0.1/8"]),
        (#"{"webhook_allowed_ips":["10.0.0.1/8"],"webhook_ip_allowlist_enabled":false}"#, []),
        (#"{"webhook_ip_allowlist_enabled":true}"#, []),
    ])
    func `the list holds unless it was switched off`(config: String, list: [String]) throws {
        #expect(try policy(config).providers?["replicate"]?.webhookAllowedIPs == list)
    }

    @Test func `nothing configured is a policy that stands in nobody's way`() {
        let policy = GatePolicy(version: 1, configs: [:])
        #expect(policy == GatePolicy(version: 1, providers: ["replicate": ProviderPolicy(webhookAllowedIPs: [])]))
    }

    /// Each row: what is configured, the webhooks' limit and the storage's.
    @Test(
        arguments: [
            (#"{"webhook_rate_limit_max":7,"webhook_rate_limit_window":9}"#, [7, 9], nil),
            (#"{"webhook_rate_limit_max":7}"#, [7, 60], nil),
            (#"{"webhook_rate_limit_window":9}"#, [100, 9], nil),
            (#"{"s3_rate_limit_max":7,"s3_rate_limit_window":9}"#, nil, [7, 9]),
            (#"{"s3_rate_limit_max":7}"#, nil, [7, 60]),
            (#"{"s3_rate_limit_window":9}"#, nil, [50, 9]),
        ] as [(String, [Int]?, [Int]?)])
    func `limits are handed on, the guide's stand in for what is missing`(
        config: String, webhooks: [Int]?, storage: [Int]?
    ) throws {
        let policy = try policy(config)
        let (hooks, uploads) = (policy.providers?["replicate"]?.webhookLimit, policy.limits["/api/cloud/storage/"])
        #expect(hooks.map { [$0.calls, $0.periodSeconds] } == webhooks)
        #expect(uploads.map { [$0.calls, $0.periodSeconds] } == storage)
        #expect(policy.limits.count == (storage == nil ? 0 : 1))
    }

    @Test func `the storage is closed when it was switched off`() throws {
        #expect(try policy(#"{"s3_endpoint_enabled":false}"#).switches == PolicySwitches(servesStorage: false))
        #expect(try policy(#"{"s3_endpoint_enabled":true}"#).switches == PolicySwitches())
    }

    @Test func `a provider that we do not know has no part in it`() {
        let configs: ProviderConfigs = ["other": ["webhook_allowed_ips": ["10.0.0.0/8"]]]
        #expect(GatePolicy(version: 1, configs: configs) == GatePolicy(version: 1, configs: [:]))
    }

    @Test func `the fingerprint is the content's, whatever the version`() throws {
        let one = try policy(#"{"webhook_allowed_ips":["10.0.0.0/8"]}"#)
        var other = one
        other.version = 9
        #expect(try one.fingerprint == other.fingerprint)
        #expect(try one.fingerprint.count == 64)
        #expect(try one.fingerprint != policy(#"{"webhook_allowed_ips":["10.0.0.0/9"]}"#).fingerprint)
        #expect(one.version == 3)
    }

    @Test func `the document is what the gateway reads`() throws {
        let policy = try policy(#"{"webhook_allowed_ips":["10.0.0.0/8"],"s3_rate_limit_max":7}"#)
        let read = try JSONValueDecoder(JSONValue(parsing: policy.document)).decode(GatePolicy.self)
        #expect(read == policy)
        try read.check()
    }
}
