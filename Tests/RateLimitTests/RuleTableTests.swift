import RateLimit
import Testing

@Suite struct RuleTableTests {
    /// A request, and the limit that holds for it; nil where none does.
    struct Row: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let limit: Int?

        init(_ method: String, _ path: String, _ limit: Int?) {
            self.method = method
            self.path = path
            self.limit = limit
        }

        var testDescription: String { "\(method) \(path)" }
    }

    private func limit(_ table: RuleTable, _ method: String, _ path: String) -> Int? {
        let (method, path) = (Array(method.utf8), Array(path.utf8))
        return table.rule(method: method.span, path: path.span).map { table.rules[$0].calls }
    }

    /// The operations guide's two tables, and what each row must not miss or reach.
    @Test(arguments: [
        Row("POST", "/api/auth/login", 5), Row("GET", "/api/auth/login", 100), Row("POST", "/api/auth/login/", 5),
        Row("POST", "/api/auth/logins", 100), Row("POST", "/api/auth/register", 3),
        Row("POST", "/api/auth/api-keys", 10), Row("DELETE", "/api/auth/api-keys", 100),
        Row("PUT", "/api/users/me/password", 5), Row("POST", "/api/cloud/jobs", 20),
        Row("POST", "/api/cloud/jobs/submit", 20), Row("GET", "/api/cloud/jobs", 100),
        Row("POST", "/api/cloud/jobs/abc/cancel", 30), Row("POST", "/api/cloud/jobs/a/b/cancel", 30),
        Row("POST", "/api/cloud/jobs/cancel", 100), Row("POST", "/api/cloud/jobs/abc/cancel/x", 100),
        Row("POST", "/api/webhooks/replicate", 100), Row("GET", "/api/webhooks", 100),
        Row("PUT", "/api/cloud/storage/bucket/key", 50), Row("GET", "/api/cloud/storage", 50),
        Row("GET", "/api/cloud/storages", 100), Row("GET", "/api/quotas/x", 30), Row("GET", "/api/quotas", 30),
        Row("GET", "/", 100), Row("OPTIONS", "*", 100), Row("BREW", "/api/quotas", 30),
        Row("BREW", "/api/auth/login", 100),
        Row("GET", "/health", nil), Row("POST", "/health", nil), Row("GET", "/healthy", 100),
        Row("GET", "/health/x", 100), Row("GET", "/api/events/stream", nil), Row("GET", "/static/app.js", nil),
        Row("GET", "/static/App.js", nil), Row("GET", "/statics", 100), Row("GET", "/api/cloud/hints", nil),
        Row("POST", "/api/cloud/hints/dismiss", nil), Row("GET", "/api/users/me", nil),
        Row("HEAD", "/api/users/me", nil),
        Row("PUT", "/api/users/me", 100), Row("GET", "/api/cloud/providers", nil),
        Row("PUT", "/api/cloud/providers/replicate/token", 100), Row("GET", "/api/cloud/providers-of", 100),
    ])
    func `weaknesses 20 and 21: the guide's rule holds, for exactly its addresses and methods`(row: Row) {
        #expect(limit(RuleTable(), row.method, row.path) == row.limit)
    }

    /// In the normal form, for a backend that is more tolerant than ours.
    @Test(arguments: [
        Row("POST", "/API/Auth/LOGIN", 5), Row("post", "/api/auth/login", 5), Row("POST", "/api/auth%2Flogin", 5),
        Row("POST", "/api%2fauth%5Clogin", 5), Row("POST", "/api\\auth\\login", 5),
        Row("POST", "/api/auth/login;x=/", 5),
        Row("POST", "/api/auth/login;x", 5), Row("POST", "/api;a/auth;b/login;c/", 5),
        Row("POST", "/api/auth/login%2F", 5),
        Row("POST", "/api/auth%2F%2Flogin/", 5), Row("POST", "/api/auth/%6Cogin", 100),
        Row("PUT", "/api%5Ccloud%2Fstorage/x", 50), Row("PUT", "/api/cloud/storage/b/a%2Fb", 50),
        Row("POST", "/api/cloud/jobs/a%2Fcancel", 30), Row("POST", "/api/cloud/jobs%2Fsubmit", 20),
        Row("GET", "/HEALTH", 100), Row("GET", "/health%2F", 100), Row("GET", "/health;x", 100),
        Row("GET", "/static/a%2Fb", 100), Row("GET", "/static\\a", 100), Row("GET", "/Static/a", 100),
        Row("PUT", "/api/users/ME/password", 5), Row("GET", "/api%2Fusers%2Fme", 100), Row("GET", "/%", 100),
        Row("GET", "/api/cloud/storage%2", 100),
    ])
    func `no spelling escapes a rule or reaches an exclusion`(row: Row) {
        #expect(limit(RuleTable(), row.method, row.path) == row.limit)
    }

    @Test func `of two readings the stricter is counted`() throws {
        for (one, other) in [(3, 9), (9, 3)] {
            let custom = try [("/a/b%2Fc", one), ("/a/b/c", other)].map {
                RateRule(patterns: [try RulePattern($0.0)], calls: $0.1, periodSeconds: 60, methods: [], reason: "")
            }
            #expect(limit(RuleTable(custom: custom), "GET", "/a/b%2Fc") == 3)
        }
    }

    @Test func `SimpleTuner's own table allows more`() {
        let table = RuleTable(standard: .simpletuner)
        #expect(limit(table, "POST", "/api/auth/login") == 15)
        #expect(limit(table, "GET", "/api/webui/state") == nil)
        #expect(limit(table, "PUT", "/api/configs/x") == 360)
    }

    @Test func `an operator's rules come first, in their order`() throws {
        func rule(_ pattern: String, _ calls: Int, _ methods: [String] = []) throws -> RateRule {
            RateRule(
                patterns: [try RulePattern(pattern)], calls: calls, periodSeconds: 300, methods: methods, reason: "")
        }
        let table = RuleTable(custom: [
            try rule("^/api/cloud/expensive$", 5, ["POST"]), try rule("/health", 7), try rule("/health", 8),
            try rule("/read", 9, ["GET"]),
        ])
        #expect(limit(table, "POST", "/api/cloud/expensive") == 5)
        #expect(limit(table, "GET", "/api/cloud/expensive") == 100)
        #expect(limit(table, "GET", "/health") == 7)
        #expect(limit(table, "HEAD", "/read") == 9)
        #expect(table.rules.prefix(2).map(\.name) == ["custom-1", "custom-2"])
    }

    @Test func `zero calls switch everything off`() {
        let table = RuleTable(calls: 0)
        #expect(limit(table, "POST", "/api/auth/login") == nil)
        #expect(table.rules.isEmpty)
    }

    @Test func `a policy's quotas stand in place of a rule's own`() {
        let before = RuleTable()
        let table = RuleTable(overrides: [
            "/api/cloud/storage/": Quota(calls: 500, periodSeconds: 30), "/api/quotas/": nil,
        ])
        #expect(limit(table, "PUT", "/api/cloud/storage/x") == 500)
        #expect(limit(table, "GET", "/api/quotas") == nil)
        #expect(limit(table, "POST", "/api/auth/login") == 5)
        #expect(table.rules.map(\.id) == before.rules.map(\.id))
        #expect(table.rules.map(\.verified) == before.rules.map(\.verified))
    }
}
