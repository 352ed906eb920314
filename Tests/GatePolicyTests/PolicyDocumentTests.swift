import Foundation
import GatePolicy
import Testing

@Suite struct PolicyDocumentTests {
    private func decode(_ text: String) throws -> GatePolicy {
        try JSONDecoder().decode(GatePolicy.self, from: Data(text.utf8))
    }

    private static let whole = GatePolicy(
        version: 7,
        providers: [
            "replicate": ProviderPolicy(
                webhookAllowedIPs: ["34.82.0.0/16", "2001:db8::1"],
                webhookLimit: LimitOverride(calls: 100, periodSeconds: 60)),
            "simpletuner_io": ProviderPolicy(webhookAllowedIPs: []), "other": ProviderPolicy(),
        ],
        limits: ["/api/cloud/storage/": LimitOverride(calls: 50, periodSeconds: 60)],
        switches: PolicySwitches(limitsRates: false, servesStorage: true, keepsWebhooks: false)
    )

    @Test func `the document has the fields of the contract`() throws {
        let read = try decode(
            """
            {"version": 7,
             "providers": {
               "replicate": {"webhook_allowed_ips": ["34.82.0.0/16", "2001:db8::1"],
                             "webhook_limit": {"calls": 100, "period_seconds": 60}},
               "simpletuner_io": {"webhook_allowed_ips": []},
               "other": {"webhook_allowed_ips": null}},
             "limits": {"/api/cloud/storage/": {"calls": 50, "period_seconds": 60}},
             "switches": {"rate_limits": false, "webhook_inbox": false}}
            """)
        #expect(read == Self.whole)
    }

    @Test(arguments: [whole, .initial, GatePolicy(version: 1, providers: [:])])
    func `what one side writes the other reads`(policy: GatePolicy) throws {
        #expect(try JSONDecoder().decode(GatePolicy.self, from: JSONEncoder().encode(policy)) == policy)
    }

    @Test func `a newer side's fields are ignored, an older side's are missing`() throws {
        let newer = try decode(
            """
            {"version": 2, "providers": {"replicate": {"webhook_allowed_ips": ["10.0.0.0/8"], "colour": "red"}},
             "limits": {"/x": {"calls": 1, "period_seconds": 2, "burst": 3}}, "switches": {"dark": true},
             "signed_by": {"key": [1, 2]}}
            """)
        #expect(newer.providers?["replicate"]?.webhookAllowedIPs == ["10.0.0.0/8"])
        #expect(newer.limits["/x"] == LimitOverride(calls: 1, periodSeconds: 2))
        #expect(newer.switches == PolicySwitches())
        #expect(try decode(#"{"version": 1, "providers": null}"#) == GatePolicy(version: 1, providers: nil))
    }

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"version": 1}"#, #"{"providers": {}}"#, #"{"version": "1", "providers": {}}"#,
        #"{"version": 1.5, "providers": {}}"#, #"{"version": 1, "providers": []}"#,
        #"{"version": 1, "providers": {"a": null}}"#,
        #"{"version": 1, "providers": {"a": {"webhook_allowed_ips": "x"}}}"#,
        #"{"version": 1, "providers": {"a": {"webhook_allowed_ips": [1]}}}"#,
        #"{"version": 1, "providers": {}, "limits": {"/x": {"calls": 1}}}"#,
        #"{"version": 1, "providers": {}, "switches": {"storage": "no"}}"#, #"{"version": 1, "providers": {}"#,
    ])
    func `a document that is none is refused whole`(text: String) {
        #expect(throws: (any Error).self) { try decode(text) }
    }

    @Test func `a document that is cut short is refused, wherever it was cut`() throws {
        let whole = try JSONEncoder().encode(Self.whole)
        for length in 0..<whole.count {
            #expect(throws: (any Error).self) { try JSONDecoder().decode(GatePolicy.self, from: whole.prefix(length)) }
        }
    }
}
