import RateLimit
import Testing

@Suite struct StandardRulesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        let calls: Int
        let simpletuner: Int
        let methods: [String]
        let reason: String
        var testDescription: String { pattern }
    }

    /// The guide's table; both tables have the same period and the same rules.
    @Test(arguments: [
        Row(pattern: "/api/auth/login", calls: 5, simpletuner: 15, methods: ["POST"], reason: "Brute force protection"),
        Row(
            pattern: "/api/auth/register", calls: 3, simpletuner: 5, methods: ["POST"],
            reason: "User registration abuse"),
        Row(pattern: "/api/auth/api-keys", calls: 10, simpletuner: 10, methods: ["POST"], reason: "API key creation"),
        Row(pattern: "/api/cloud/jobs", calls: 20, simpletuner: 20, methods: ["POST"], reason: "Job submission"),
        Row(
            pattern: "/api/cloud/jobs/.+/cancel", calls: 30, simpletuner: 30, methods: ["POST"],
            reason: "Job cancellation"),
        Row(pattern: "/api/webhooks/", calls: 100, simpletuner: 100, methods: [], reason: "Webhook delivery"),
        Row(pattern: "/api/cloud/storage/", calls: 50, simpletuner: 50, methods: [], reason: "Storage uploads"),
        Row(pattern: "/api/quotas/", calls: 30, simpletuner: 30, methods: [], reason: "Quota operations"),
    ])
    func `a row of the guide is a rule`(row: Row) throws {
        for (table, calls) in [(StandardRules.guide, row.calls), (.simpletuner, row.simpletuner)] {
            let rule = try #require(table.rules.first { $0.patterns.map(\.text).contains(row.pattern) })
            #expect(rule.calls == calls)
            #expect(rule.periodSeconds == 60)
            #expect(rule.methods == row.methods)
            #expect(rule.reason == row.reason)
        }
    }

    @Test func `all other endpoints have the default`() {
        #expect(StandardRules.guide.fallback == Quota(calls: 100, periodSeconds: 60))
        #expect(StandardRules.simpletuner.fallback == Quota(calls: 360, periodSeconds: 60))
        #expect(RuleTable().rules.last?.calls == 100)
        #expect(RuleTable(standard: .simpletuner).rules.last?.calls == 360)
        #expect(RuleTable(calls: 7, periodSeconds: 9).rules.last?.quota == Quota(calls: 7, periodSeconds: 9))
    }

    @Test func `whose credential was verified has more, and is counted apart`() throws {
        let rules = StandardRules.guide.rules.filter { $0.verified != nil }
        #expect(rules.map(\.name) == ["webhooks", "storage"])
        for rule in rules {
            let verified = try #require(rule.verifiedPolicy)
            #expect(verified.quota.calls > rule.calls)
            #expect(verified.id != rule.id)
        }
        // An upload of 5 GB in parts of 8 MiB, within a minute.
        #expect(try #require(rules.last?.verified).calls > 600)
    }

    @Test func `no two policies are counted as one`() {
        let rules = RuleTable().rules
        let ids = rules.map(\.id) + rules.compactMap(\.verifiedPolicy?.id)
        #expect(Set(ids).count == ids.count)
        #expect(RuleTable(standard: .simpletuner).rules.map(\.id) == rules.map(\.id))
    }
}
