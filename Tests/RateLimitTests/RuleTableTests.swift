import RateLimit
import Testing

@Suite struct RuleTableTests {
    /// A request, and the limit that holds for it; nil where none does.
    struct Row: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        let limit: Int?
        let isDoubtful: Bool

        init(_ method: String, _ path: String, _ limit: Int?, isDoubtful: Bool = false) {
            self.method = method
            self.path = path
            self.limit = limit
            self.isDoubtful = isDoubtful
        }

        var testDescription: String { "\(method) \(path)" }
    }

    private func limit(_ table: RuleTable, _ row: Row) -> Int? {
        let (method, path) = (Array(row.method.utf8), Array(row.path.utf8))
        return table.rule(method: method.span, path: path.span, isDoubtful: row.isDoubtful).map {
            table.rules[$0].calls
        }
    }

    /// The operations guide's two tables, and what each row must not miss or reach.
    @Test(arguments: [
        Row("POST", "/api/auth/login", 5), Row("GET", "/api/auth/login", 100), Row("POST", "/api/auth/login/", 5),
        Row("POST", "/api/auth/logins", 100), Row("POST", "/API/auth/login", 100),
        Row("POST", "/api/auth/register", 3), Row("POST", "/api/auth/api-keys", 10),
        Row("DELETE", "/api/auth/api-keys", 100), Row("PUT", "/api/users/me/password", 5),
        Row("POST", "/api/cloud/jobs", 20), Row("POST", "/api/cloud/jobs/submit", 20),
        Row("GET", "/api/cloud/jobs", 100),
        Row("POST", "/api/cloud/jobs/abc/cancel", 30), Row("POST", "/api/cloud/jobs/a/b/cancel", 30),
        Row("POST", "/api/cloud/jobs/cancel", 100), Row("POST", "/api/cloud/jobs/abc/cancel/x", 100),
        Row("POST", "/api/webhooks/replicate", 100), Row("GET", "/api/webhooks", 100),
        Row("PUT", "/api/cloud/storage/bucket/key", 50), Row("GET", "/api/cloud/storage", 50),
        Row("GET", "/api/cloud/storages", 100), Row("GET", "/api/quotas/x", 30), Row("GET", "/api/quotas", 30),
        Row("GET", "/", 100), Row("OPTIONS", "*", 100),
        Row("GET", "/health", nil), Row("POST", "/health", nil), Row("GET", "/healthy", 100),
        Row("GET", "/HEALTH", 100), Row("GET", "/health/x", 100),
        Row("GET", "/api/events/stream", nil), Row("GET", "/static/app.js", nil), Row("GET", "/statics", 100),
        Row("GET", "/api/cloud/hints", nil), Row("POST", "/api/cloud/hints/dismiss", nil),
        Row("GET", "/api/users/me", nil), Row("PUT", "/api/users/me", 100), Row("GET", "/api/cloud/providers", nil),
        Row("PUT", "/api/cloud/providers/replicate/token", 100), Row("GET", "/api/cloud/providers-of", 100),
        // Who escapes a slash gets what either reading says, and is excluded from nothing.
        Row("POST", "/api/auth%2Flogin", 5, isDoubtful: true), Row("GET", "/health%2F", 100, isDoubtful: true),
        Row("PUT", "/api%5Ccloud%2Fstorage/x", 50, isDoubtful: true),
        Row("PUT", "/api/cloud/storage/b/a%2Fb", 50, isDoubtful: true),
        Row("GET", "/static/a%2Fb", 100, isDoubtful: true),
    ])
    func `the guide's rule holds`(row: Row) {
        #expect(limit(RuleTable(), row) == row.limit)
    }

    @Test func `SimpleTuner's own table allows more`() {
        let table = RuleTable(standard: .simpletuner, calls: 360)
        #expect(limit(table, Row("POST", "/api/auth/login", 15)) == 15)
        #expect(limit(table, Row("GET", "/api/webui/state", nil)) == nil)
        #expect(limit(table, Row("PUT", "/api/configs/x", 360)) == 360)
    }

    @Test func `an operator's rules come first, in their order`() throws {
        let custom = [
            RateRule(
                patterns: [try RulePattern("^/api/cloud/expensive$")], calls: 5, periodSeconds: 300, methods: ["POST"],
                reason: ""),
            RateRule(patterns: [try RulePattern("/health")], calls: 7, periodSeconds: 60, methods: [], reason: ""),
            RateRule(patterns: [try RulePattern("/health")], calls: 8, periodSeconds: 60, methods: [], reason: ""),
        ]
        let table = RuleTable(custom: custom)
        #expect(limit(table, Row("POST", "/api/cloud/expensive", nil)) == 5)
        #expect(limit(table, Row("GET", "/api/cloud/expensive", nil)) == 100)
        #expect(limit(table, Row("GET", "/health", nil)) == 7)
    }

    @Test func `zero calls switch everything off`() {
        #expect(limit(RuleTable(calls: 0), Row("POST", "/api/auth/login", nil)) == nil)
    }

    @Test func `rules keep their number when others come or go`() {
        let (guide, other) = (RuleTable(), RuleTable(standard: .simpletuner))
        #expect(guide.rules.map(\.policy.id) == other.rules.map(\.policy.id))
        #expect(Set(guide.rules.map(\.policy.id)).count == guide.rules.count)
    }

    @Test(arguments: [
        ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/c", false), ("/a/*/c", "/a/b/b/c", false),
        ("/a/[^/]+/c$", "/a/b/c", true), ("^/a/.+/c", "/a/b/c/c", true), ("/a/.+/c", "/a/c", false),
        ("/a/.+", "/a/b/c", true), ("/a/.+", "/a", false), ("/a/.*", "/a", true), ("/a/", "/a/b", true),
        ("/", "/x", true),
        ("/a\\.b", "/a.b", true), ("/a.b", "/axb", false), ("/a", "/a/b", false), ("/a", "/ab", false),
    ])
    func `a pattern matches whole segments`(text: String, path: String, matches: Bool) throws {
        let bytes = Array(path.utf8)
        let found = try RulePattern(text).matches(bytes.span)
        #expect(found == matches)
    }

    @Test(arguments: [
        ("", 1), ("api", 1), ("^$", 2), ("/a//b", 4), ("/a/(b|c)", 4), ("/a/b+", 5), ("/a/.+/.+", 7), ("/a/.*/b", 4),
        ("/a b", 3), ("/a/b?", 5), ("/ä", 2), ("/a\\db", 3),
    ])
    func `what is no pattern is told by its place`(text: String, column: Int) {
        #expect(RulePattern.problem(in: text)?.column == column)
    }
}
