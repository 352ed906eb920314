import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// The operations guide's section on webhook allowlists, row by row, through both real programs.
    @Suite struct AllowlistTests {
        private static let refused: JSON = ["detail": "IP address not in allowlist"]

        /// A list as an operator sets it, a client, and whether its webhook gets as far as the signature's check.
        struct Row: Sendable, CustomTestStringConvertible {
            let list: JSON
            let client: String
            let isAllowed: Bool

            init(_ list: JSON, _ client: String, _ isAllowed: Bool) {
                self.list = list
                self.client = client
                self.isAllowed = isAllowed
            }

            var testDescription: String { "\(client) \(isAllowed ? "in" : "not in") \(list)" }
        }

        /// The table of scenarios, then the table of formats, and forms that the guide does not name.
        private static let rows = [
            Row([:], "203.0.113.9", true), Row(["webhook_allowed_ips": []], "203.0.113.9", true),
            Row(["webhook_allowed_ips": ["10.0.0.0/8", "192.168.0.0/16"]], "192.168.3.4", true),
            Row(["webhook_allowed_ips": ["10.0.0.0/8", "192.168.0.0/16"]], "203.0.113.9", false),
            Row(["webhook_allowed_ips": ["1.2.3.4/32"]], "1.2.3.4", true),
            Row(["webhook_allowed_ips": ["1.2.3.4/32"]], "1.2.3.5", false),
            Row(["webhook_allowed_ips": ["10.0.0.0/8"]], "10.255.255.255", true),
            Row(["webhook_allowed_ips": ["10.0.0.0/8"]], "11.0.0.0", false),
            Row(["webhook_allowed_ips": ["192.168.1.0/24"]], "192.168.1.255", true),
            Row(["webhook_allowed_ips": ["192.168.1.0/24"]], "192.168.2.0", false),
            Row(["webhook_allowed_ips": ["1.2.3.4"]], "1.2.3.4", true),
            Row(["webhook_allowed_ips": ["2001:db8::/32"]], "2001:db8:5::1", true),
            Row(["webhook_allowed_ips": ["2001:db8::/32"]], "2001:db9::1", false),
            Row(["webhook_allowed_ips": ["10.0.0.0/8"]], "::ffff:10.1.2.3", true),
            Row(["webhook_allowed_ips": ["10.0.0.0/8"]], "::ffff:11.1.2.3", false),
            Row(["webhook_allowed_ips": ["0.0.0.0/0", "::/0"]], "not-an-address", false),
        ]

        @Test func `a webhook is taken or refused as the list says, under both of its paths`() async throws {
            try await Installation.running(.up) { tuner in
                // Nobody signed them; the last spelling is no route of the backend's.
                let paths = [
                    ("/api/webhooks/replicate", 401), ("/api/cloud/webhook/replicate", 401),
                    ("//api/./webhooks/replicate/", 404),
                ]
                for row in Self.rows {
                    if row.list != [:] {
                        let set = try await tuner.client.put(
                            tuner.plainURL + "/api/cloud/providers/replicate", row.list)
                        #expect(set.status == 200)
                        #expect(set.json["applied"] == true, "\(set.text)")
                    }
                    for (path, beyond) in paths {
                        let answer = try await tuner.hook(path, from: row.client)
                        let comment = "\(row.testDescription) at \(path): \(answer.text)"
                        #expect(answer.status == (row.isAllowed ? beyond : 403), "\(comment)")
                        if !row.isAllowed { #expect(answer.json == Self.refused, "\(comment)") }
                    }
                    let explained = try await tuner.command([
                        "explain", "POST", "/api/webhooks/replicate", "--header", "X-Forwarded-For: \(row.client)",
                    ])
                    #expect(explained.output.contains("403") != row.isAllowed, "\(explained.output)")
                }
            }
        }

        @Test func `a list has no say in what is no delivery, and an unknown provider is not found`() async throws {
            try await Installation.running(.up) { tuner in
                _ = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.0.0.0/8"]])
                let unknown = try await tuner.hook("/api/webhooks/nobody", from: "203.0.113.9")
                #expect(unknown.status == 404)
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/nobody", ["webhook_allowed_ips": []])
                #expect(set.status == 404)
                #expect(try await tuner.client.get(tuner.plainURL + "/api/webhooks/replicate").status != 403)
            }
        }

        @Test func `the storage endpoint is closed and opened by the provider's setting`() async throws {
            try await Installation.running(.up) { tuner in
                let path = tuner.plainURL + "/api/cloud/providers/replicate"
                for (isOpen, status) in [(false, 404), (true, 401)] {
                    let set = try await tuner.client.put(path, ["s3_endpoint_enabled": .bool(isOpen)])
                    #expect(set.json["applied"] == true, "\(set.text)")
                    let answer = try await tuner.client.send(
                        "PUT", tuner.secureURL + "/api/cloud/storage/bucket/key",
                        headers: ["X-Forwarded-For": "203.0.113.9", "X-Upload-Token": "wrong"], body: [1])
                    #expect(answer.status == status, "\(answer.text)")
                }
            }
        }

        /// What SimpleTuner stores and never uses.
        @Test func `weakness 27: a provider's limits for webhooks and uploads hold at the gateway`() async throws {
            try await Installation.running(.up, ["RATE_LIMIT_CALLS": "100"]) { tuner in
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate",
                    [
                        "webhook_rate_limit_max": 3, "webhook_rate_limit_window": 30, "s3_rate_limit_max": 2,
                        "s3_rate_limit_window": 20,
                    ])
                #expect(set.json["applied"] == true, "\(set.text)")
                var statuses: [Int] = []
                for _ in 0..<4 {
                    let answer = try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9")
                    statuses.append(answer.status)
                    #expect(answer.header("RateLimit-Policy") == "\"webhooks\";q=3;w=30")
                }
                #expect(statuses == [401, 401, 401, 429])
                statuses = []
                for _ in 0..<3 {
                    let answer = try await tuner.client.send(
                        "PUT", tuner.secureURL + "/api/cloud/storage/bucket/key",
                        headers: ["X-Forwarded-For": "203.0.113.9"], body: [1])
                    statuses.append(answer.status)
                    #expect(answer.header("RateLimit-Policy") == "\"storage\";q=2;w=20")
                }
                #expect(statuses == [401, 401, 429])
            }
        }

        @Test func `a genuine webhook from the list is processed`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    let path = tuner.plainURL + "/api/cloud/providers/replicate"
                    _ = try await tuner.client.put(path, ["webhook_allowed_ips": ["10.0.0.0/8"]])
                    let outside = try await platform.deliver(.processing, of: job.prediction.id, by: tuner.client)
                    #expect(outside.answer.status == 403)
                    _ = try await tuner.client.put(path, ["webhook_allowed_ips": ["127.0.0.1/32"]])
                    let inside = try await platform.deliver(.processing, of: job.prediction.id, by: tuner.client)
                    #expect(inside.answer.json["status"] == "received")
                }
            }
        }

        /// Each change is obeyed by the very next request, at each of several workers, and by the gateway itself.
        @Test func `no request behind the answer to a change is judged by the list before it`() async throws {
            try await Installation.running(.up, ["TUNERGATE_WORKERS": "3"]) { tuner in
                let path = tuner.plainURL + "/api/cloud/providers/replicate"
                var stale = 0
                for turn in 0..<1000 {
                    let isOpen = turn.isMultiple(of: 2)
                    let set = try await tuner.client.put(
                        path, ["webhook_allowed_ips": [isOpen ? "203.0.113.0/24" : "198.51.100.0/24"]])
                    #expect(set.json["applied"] == true, "\(set.text)")
                    for url in [tuner.secureURL, tuner.plainURL] {
                        let answer = try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9", at: url)
                        if answer.status != (isOpen ? 401 : 403) { stale += 1 }
                    }
                }
                #expect(stale == 0)
                let metrics = try await tuner.control("GET", "/metrics").text
                #expect(metrics.contains("tunergate_gateway_refusals_total{reason=\"allowlist\"} 1000\n"))
            }
        }

        @Test func `a broken policy changes nothing, over restarts too, and is told`() async throws {
            try await Installation.running(.up) { tuner in
                let set = try await tuner.client.put(
                    tuner.plainURL + "/api/cloud/providers/replicate", ["webhook_allowed_ips": ["10.0.0.0/8"]])
                #expect(set.json["applied"] == true)
                let good = try await tuner.policy()
                // It would write the file anew.
                tuner.backend?.send(SIGSTOP)
                for broken in [
                    "", "{", "[]", "{\"version\": 99}",
                    #"{"version": 99, "providers": {"replicate": {"webhook_allowed_ips": ["10.0.0.0/33"]}}}"#,
                ] {
                    try tuner.state.write(broken, to: "run/policy.json")
                    let policy = try await tuner.policy()
                    #expect(policy["version"] == good["version"])
                    #expect(policy["refused"].string?.isEmpty == false, "\(broken)")
                    #expect(try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9").status == 403)
                }
                #expect(try await tuner.policy()["refused"].string?.contains("webhook_allowed_ips[0]") == true)
                #expect(
                    try await tuner.control("GET", "/metrics").text
                        .contains("tunergate_gateway_policy_last_reload_successful 0\n"))
                try await tuner.killGateway()
                let restarted = try await wait(until: "another gateway answered") { try? await tuner.policy() }
                #expect(restarted["version"] == good["version"])
                #expect(restarted["refused"] != .null)
                #expect(try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9").status == 403)
                tuner.backend?.send(SIGCONT)
                try await wait(until: "the backend wrote the file anew") {
                    try await tuner.policy()["refused"] == .null
                }
                #expect(try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9").status == 403)

                // What nobody can mend stays to be seen.
                let file = tuner.state.file("run/policy.json")
                #expect(unlink(file) == 0 && mkdir(file, 0o755) == 0)
                try await wait(until: "health told of it") {
                    let health = try await tuner.client.get(tuner.plainURL + "/api/cloud/health").json
                    let policy = health["components"].elements.first { $0["name"] == "policy" }
                    return policy?["status"] == "degraded" && health["status"] == "degraded"
                }
                #expect(try await tuner.hook("/api/webhooks/replicate", from: "203.0.113.9").status == 403)
                // The same policy as before is good again.
                #expect(rmdir(file) == 0)
                try await wait(until: "the gateway took the file again") {
                    try await tuner.policy()["refused"] == .null
                }
            }
        }

        @Test(arguments: [
            (["10.0.0.0/33"], "10.0.0.0/33"), (["10.0.0.0/8", "example.com"], "example.com"),
            (["fe80::1%eth0"], "fe80::1%eth0"), ([""], "webhook_allowed_ips"),
        ])
        func `a bad entry is refused by its name and changes nothing`(list: [String], entry: String) async throws {
            try await Installation.running(.up) { tuner in
                let path = tuner.plainURL + "/api/cloud/providers/replicate"
                _ = try await tuner.client.put(path, ["webhook_allowed_ips": ["10.0.0.0/8"]])
                let answer = try await tuner.client.put(
                    path, ["webhook_allowed_ips": .array(list.map { .string($0) }), "http_timeout": 7])
                #expect(answer.status == 422)
                #expect(answer.json["detail"].string?.contains(entry) == true, "\(answer.text)")
                let stored = try await tuner.client.get(path + "/config").json["config"]
                #expect(stored["webhook_allowed_ips"] == ["10.0.0.0/8"])
                #expect(stored["http_timeout"] == .null)
            }
        }
    }
}

extension Installation {
    /// Delivers an unsigned webhook in the name of a client behind a proxy on this machine.
    fileprivate func hook(_ path: String, from client: String, at url: String? = nil) async throws -> Answer {
        try await self.client.send(
            "POST", (url ?? secureURL) + path,
            headers: ["X-Forwarded-For": client, "Content-Type": "application/json"],
            body: Array("{}".utf8))
    }

    /// Which policy the gateway goes by, and what is wrong with the file.
    fileprivate func policy() async throws -> JSON {
        try JSON(Array(try await control("GET", "/policy").text.utf8))
    }
}
