import TestSupport
import Testing

extension IntegrationTests {
    /// The operations guide's section on rate limits, row by row, through the real gateway.
    @Suite struct RateLimitTests {
        private static let settings = ["RATE_LIMIT_CALLS": "100", "TUNERGATE_WORKERS": "2"]

        /// A row of the guide's table.
        struct Row: Sendable, CustomTestStringConvertible {
            let method: String
            let path: String
            let calls: Int
            let period: Int
            /// What the answer calls the rule.
            let name: String

            init(_ name: String, _ method: String, _ path: String, _ calls: Int, _ period: Int = 60) {
                self.name = name
                self.method = method
                self.path = path
                self.calls = calls
                self.period = period
            }

            var testDescription: String { "\(method) \(path)" }
        }

        @Test(arguments: [
            Row("login", "POST", "/api/auth/login", 5), Row("register", "POST", "/api/auth/register", 3),
            Row("api-keys", "POST", "/api/auth/api-keys", 10),
            Row("jobs", "POST", "/api/cloud/jobs", 20), Row("jobs", "POST", "/api/cloud/jobs/submit", 20),
            Row("cancel", "POST", "/api/cloud/jobs/job-1/cancel", 30),
            Row("webhooks", "POST", "/api/webhooks/replicate", 100),
            Row("storage", "PUT", "/api/cloud/storage/bucket/key", 50), Row("quotas", "GET", "/api/quotas", 30),
            Row("default", "GET", "/api/jobs", 100),
            Row("password", "PUT", "/api/users/me/password", 5, 300),
        ])
        func `a row allows so many requests, and no more`(row: Row) async throws {
            try await Installation.running(.gateway, Self.settings) { tuner in
                for door in ["sealed", "frames"] {
                    let seen = try await tuner.seen(
                        by: "limits", ["row", door, row.method, row.path, "\(row.calls)", "\(row.period)"])
                    #expect(seen["passed"] == .number(Double(row.calls)))
                    #expect(seen["limits"] == .array([.string("\(row.calls)")]))
                    #expect(seen["counts_down"] == true)
                    #expect(seen["resets_in_time"] == true)
                    #expect(seen["others_pass"] == true)
                    #expect(seen["refused"] == 429)
                    #expect(seen["left"] == "0")
                    #expect(seen["body"] == ["detail": "Rate limit exceeded. Please try again later."])
                    #expect(seen["waits"] == true)
                    let policy = "\"\(row.name)\";q=\(row.calls);w=\(row.period)"
                    #expect(seen["standard"] == .array([.string(policy), .string("\"\(row.name)\"")]))
                    #expect(seen["elsewhere"] == (row.path == "/api/jobs" ? 429 : 200))
                    #expect(seen["other_client"] == 200)
                }
            }
        }

        @Test(arguments: ["sealed", "frames"])
        func `the guide's exclusions are not limited, and say nothing of limits`(door: String) async throws {
            let paths = [
                "/health", "/api/events/stream", "/static/app.js", "/api/cloud/hints", "/api/users/me",
                "/api/cloud/providers",
            ]
            let seen = try await Installation.seen(by: "limits", ["free", door] + paths, settings: Self.settings)
            #expect(seen == .array(paths.map { _ in [120, false] }))
        }

        /// Requests whose spelling tries to leave a rule or to reach an exclusion, and the limit that holds for each.
        @Test func `no spelling of a path leaves its rule or reaches an exclusion`() async throws {
            let spellings: [(String, JSON)] = [
                ("POST //api//auth/login", "5"), ("POST /api/./auth/login", "5"), ("POST /api/x/../auth/login", "5"),
                ("POST /api/auth%2Flogin", "5"), ("POST /api/auth%2flogin", "5"), ("POST /api/%61uth/login", "5"),
                ("POST /api/auth/login/", "5"), ("POST /api/auth/login?x=/health", "5"),
                ("POST http://localhost/api/auth/login", "5"), ("GET /api/quotas", "30"),
                ("GET /health/", .null), ("GET /health%2F..%2Fapi/jobs", 400), ("GET /HEALTH", "100"),
                ("GET /health/../api/jobs", "100"), ("GET /static/../api/jobs", "100"), ("GET /staticx", "100"),
                ("GET /static/%2e%2e/api/jobs", "100"), ("GET /api/jobs;/health", "100"),
                ("PUT /api/cloud/providers/replicate/token", "100"),
            ]
            let seen = try await Installation.seen(
                by: "limits", ["limits", "sealed"] + spellings.map(\.0), settings: Self.settings)
            #expect(seen == .array(spellings.map(\.1)))
        }

        @Test func `limits are for whom a request is from, and for this machine there are none`() async throws {
            let cases: [(String, JSON)] = [
                ("127.0.0.1|X-Forwarded-For: 10.9.8.7", 429), ("127.0.0.1|X-Forwarded-For: 1.2.3.4, 10.9.8.7", 429),
                ("127.0.0.1|X-Forwarded-For: 10.9.8.7, 1.2.3.4", 200), ("127.0.0.1|X-Real-IP: 10.9.8.7", 429),
                ("127.0.0.1|X-Forwarded-For: ::ffff:10.9.8.7", 429), ("127.0.0.1", 200),
                ("127.0.0.7|X-Forwarded-For: 10.9.8.7", 200),
            ]
            let seen = try await Installation.seen(
                by: "limits", ["who", "plain"] + cases.map(\.0), settings: ["RATE_LIMIT_CALLS": "5"])
            #expect(seen == .array(cases.map(\.1)))
        }

        @Test func `refused requests cost nothing: who goes on asking is served again in time`() async throws {
            let settings = ["RATE_LIMIT_CALLS": "4", "RATE_LIMIT_PERIOD": "1"]
            let asked = ["until_free", "sealed", "4", "1"]
            let seen = try await Installation.seen(by: "limits", asked, settings: settings)
            #expect(seen["others"] == 0)
            #expect(seen["too_many"] == 0)
            #expect(seen["too_few"] == 0)
            #expect(seen["changes"] == [200, 429, 200])
            #expect(seen["is_enough"] == true)
        }

        @Test func `the operator's rules come first, and zero switches all off`() async throws {
            let rules = "^/api/cloud/expensive$ 5/300 POST,^/api/cloud/public$ 1000/60"
            let asked = [
                "limits", "sealed", "POST /api/cloud/expensive", "GET /api/cloud/expensive", "GET /api/cloud/public",
            ]
            let own = Self.settings.merging(["TUNERGATE_RATE_LIMIT_RULES": rules]) { $1 }
            #expect(try await Installation.seen(by: "limits", asked, settings: own) == ["5", "100", "1000"])
            let off = own.merging(["RATE_LIMIT_CALLS": "0"]) { $1 }
            #expect(try await Installation.seen(by: "limits", asked, settings: off) == [.null, .null, .null])
        }

        @Test
        func `weakness 19: a job's uploads are not limited, who makes up a token is, in S3's words for its clients`()
            async throws
        {
            try await StandInReplicate.serving { platform in
                let settings = platform.settings.merging(Self.settings) { $1 }
                try await Installation.running(.up, settings) { tuner in
                    let keys = try await tuner.submitJob(to: platform).keys
                    let seen = try await tuner.seen(by: "limits", ["uploads", keys.bucket, keys.token])
                    #expect(seen["own"] == [200])
                    #expect(seen["limits"] == [.null, "6000", "6000"])
                    #expect(seen["says"] == [])
                    #expect(seen["after_own"] == "49")
                    #expect(seen["junk"] == [49, 11])
                    #expect(seen["not_locked_out"] == [200, 200, 200])
                    #expect(seen["wrong"] == [50, 10])
                    #expect(seen["signed"] == [503, "application/xml", true])
                }
            }
        }

        @Test func `explain says which rule holds and what is left, and counts nothing`() async throws {
            try await Installation.running(.gateway, Self.settings) { tuner in
                for _ in 0..<2 {
                    let asked = ["explain", "POST", "/api//cloud/jobs/submit", "--ip", "203.0.113.9"]
                    let found = try JSON(try await tuner.command(asked).output.utf8)["rate_limit"]
                    #expect(found["patterns"] == "/api/cloud/jobs /api/cloud/jobs/submit")
                    #expect(found["calls"] == 20)
                    #expect(found["remaining"] == 20)
                }
                let local = try JSON(try await tuner.command(["explain", "/api/jobs"]).output.utf8)
                #expect(local["rate_limit"] == .null)
            }
        }
    }
}
