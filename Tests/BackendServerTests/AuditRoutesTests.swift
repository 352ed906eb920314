import AuditTrail
import HTTPTypes
import JSON
import Jobs
import Storage
import Testing

@testable import BackendServer

@Suite struct AuditRoutesTests {
    private let backend: Backend

    init() throws { backend = try Backend() }

    private func rejected(_ number: Int) -> AuditEvent {
        var event = AuditEvent.webhookRejected(
            RefusedRequest(
                method: Array("POST".utf8).span, target: Array("/api/webhooks/replicate".utf8).span,
                userAgent: Array("curl/8".utf8).span),
            provider: "replicate", client: "2001:db8::1", id: ULID(milliseconds: 5, randomBits: UInt128(number)),
            at: backend.now.milliseconds)
        event.count = 3
        return event
    }

    private func list(_ query: String = "") async throws -> JSONValue {
        try await backend.send(.get, "/api/audit\(query)").body
    }

    @Test func `the guide's two questions are answered as printed`() async throws {
        try await backend.audit.append([backend.refusal(1), rejected(2)])
        let limited: JSONValue = [
            "entries": [
                [
                    "id": 1, "timestamp": "2023-11-14T22:13:20.001000+00:00", "event_type": "rate_limited",
                    "actor_id": nil, "actor_username": nil, "actor_ip": "203.0.113.7", "target_type": "endpoint",
                    "target_id": "/api/cloud/jobs/1", "action": "Rate limit exceeded for /api/cloud/jobs/1",
                    "details": [
                        "method": "POST", "endpoint": "/api/cloud/jobs/1", "user_agent": "curl/8", "count": 1,
                    ],
                ]
            ],
            "total": 1, "has_more": false,
        ]
        #expect(try await list("?event_type=rate_limited&limit=100") == limited)
        let webhook = try await list("?event_type=webhook_rejected&limit=100")["entries"]?.elements
        #expect(webhook?.count == 1)
        #expect(webhook?.first?["target_id"] == "replicate" && webhook?.first?["actor_ip"] == "2001:db8::1")
        let details: JSONValue = [
            "method": "POST", "endpoint": "/api/webhooks/replicate", "user_agent": "curl/8", "count": 3,
            "reason": "IP address not in allowlist",
        ]
        #expect(webhook?.first?["details"] == details)
        #expect(webhook?.first?["action"] == "Webhook rejected for replicate (3 times)")
    }

    @Test func `a list has the true total and says whether there is more`() async throws {
        try await backend.audit.append((1...5).map { backend.refusal($0) })
        let page = try await list("?limit=2&offset=1")
        #expect(page["entries"]?.elements?.map { $0["id"] } == [4, 3])
        #expect(page["total"] == 5 && page["has_more"] == true)
        #expect(try await list("?limit=2&offset=3")["has_more"] == false)
    }

    /// Each row: a query, and the ids of what it finds.
    @Test(
        arguments: [
            ("?event_type=security.rate_limited", [1]), ("?event_type=security.*", [2, 1]),
            ("?event_type=rate_limited,webhook_rejected", [2, 1]), ("?target_type=job", [3]), ("?target_id=j1", [3]),
            ("?actor_id=u1", [3]), ("?since=2023-11-14T22:13:20.001Z", [1]),
            ("?since=2023-11-14T22:13:20.001000+00:00", [1]), ("?until=2023-11-14T22:13:20Z", [3, 2]),
            ("?since=2023-11-14", [3, 2, 1]), ("?until=2023-11-14", [3, 2, 1]), ("?since=2023-11-15", []),
            ("?until=2023-11-13", []),
            ("?ip=203.0.113.0/24", [1]), ("?cidr=2001:db8::/32", [2]), ("/security", [2, 1]),
            ("/security?event_type=job.submitted", []), ("/security?limit=1", [2]), ("/user/u1", [3]), ("/user/u2", []),
            ("/user/u1?offset=1", []),
        ] as [(String, [Int])])
    func `every filter of the contract filters`(query: String, ids: [Int]) async throws {
        var job = backend.audit.event(.jobSubmitted)
        (job.actor, job.targetType, job.target) = ("u1", "job", "j1")
        try await backend.audit.append([backend.refusal(1), rejected(2), job])
        let found = try await list(query)["entries"]?.elements ?? []
        #expect(found.map { $0["id"] } == ids.map { JSONValue($0) })
    }

    @Test(arguments: [
        ("?limit=0", "limit: It is no whole number from 1 to 500."),
        ("?limit=501", "limit: It is no whole number from 1 to 500."),
        ("?offset=-1", "offset: It is no whole number from 0 to 1000000000."),
        (
            "?since=yesterday",
            "since: It is no time like 2024-01-15T10:30:00Z, and no date like 2024-01-15."
        ),
        ("?event_typ=rate_limited", "event_typ: There is no such parameter."),
        ("/security?order=asc", "order: There is no such parameter."),
        ("/user/7?x", "x: There is no such parameter."),
        ("/stats?since=2024-01-15", "since: There is no such parameter."),
        ("/types?limit=1", "limit: There is no such parameter."),
        ("/verify?start=1", "start: There is no such parameter."),
        ("?event_type=nothing", "event_type: There is no event type nothing; see /api/audit/types."),
        ("/security?ip=x", "ip: It is no address and no range like 192.0.2.0/24 or 2001:db8::/32."),
    ])
    func `a parameter that cannot be used is told`(query: String, detail: String) async throws {
        let answer = try await backend.send(.get, "/api/audit\(query)")
        #expect(answer.status == 422)
        #expect(answer.body["detail"] == .string(detail))
        let name = detail.prefix { $0 != ":" }
        #expect(answer.body["errors"]?.elements?.first?["loc"] == ["query", .string(String(name))])
    }

    @Test(arguments: ["", "/stats", "/types", "/verify", "/security", "/user/1"])
    func `only the machine itself is answered`(path: String) async throws {
        let answer = try await backend.send(.get, "/api/audit\(path)", headers: ["X-Real-IP": "203.0.113.7"])
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate] == "Bearer")
        #expect(try await backend.send(.get, "/api/audit\(path)").status == 200)
    }

    @Test func `the numbers, and the names that a filter takes`() async throws {
        let empty: JSONValue = [
            "total_entries": 0, "by_type": [:], "last_24h": 0, "first_entry": nil, "last_entry": nil,
        ]
        #expect(try await list("/stats") == empty)
        var old = backend.refusal(1)
        old.milliseconds = 0
        try await backend.audit.append([old, backend.refusal(2), rejected(3)])
        let numbers: JSONValue = [
            "total_entries": 3, "by_type": ["rate_limited": 2, "webhook_rejected": 1], "last_24h": 2,
            "first_entry": "1970-01-01T00:00:00.000000+00:00", "last_entry": "2023-11-14T22:13:20.000000+00:00",
        ]
        #expect(try await list("/stats") == numbers)
        let types = try await list("/types")["event_types"]?.elements ?? []
        #expect(types.contains(["value": "rate_limited", "name": "SECURITY_RATE_LIMITED"]))
        #expect(types.count == AuditEventType.known.count)
    }

    @Test func `weakness 65: what is done here is written down, when it is done`() async throws {
        let submitted = try await backend.send(
            .post, "/api/cloud/jobs/submit", #"{"config":{"a":1}}"#,
            headers: ["X-Real-IP": "127.0.0.1", "Host": "localhost", "User-Agent": "curl\\8"])
        let id = try #require(submitted.body["job_id"])
        _ = try await backend.send(.post, "/api/cloud/jobs/\(try #require(id.text))/cancel")
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"http_timeout":5,"hardware_profile":"l40s"}"#)
        _ = try await backend.send(.put, "/api/cloud/metrics/config", #"{"prometheus_enabled":true}"#)
        let entries = try #require(try await list()["entries"]?.elements)
        #expect(
            entries.map { $0["event_type"] } == [
                "config.changed", "provider.configured", "job.cancelled", "job.submitted",
            ])
        #expect(entries.map { $0["target_id"] } == ["metrics", "replicate", id, id])
        #expect(entries[1]["details"]?["keys"] == "hardware_profile,http_timeout")
        #expect(entries[2]["actor_ip"] == .null)
        #expect(entries[3]["actor_ip"] == "127.0.0.1")
        #expect(entries[3]["details"]?["user_agent"] == #"curl\\8"#)
    }

    @Test func `what was refused or repeated is no submission`() async throws {
        let key = ["Idempotency-Key": "k"]
        for _ in 1...2 {
            _ = try await backend.send(.post, "/api/cloud/jobs/submit", #"{"config":{"a":1}}"#, headers: key)
        }
        _ = try await backend.send(.post, "/api/cloud/jobs/submit?provider=x", #"{"config":{"a":1}}"#)
        _ = try await backend.send(.post, "/api/cloud/jobs/none/cancel")
        _ = try await backend.send(.put, "/api/cloud/providers/replicate", #"{"http_timeout":9999}"#)
        #expect(try await list("?event_type=job.*,provider.configured")["total"] == 1)
    }

    @Test func `a job is not lost with its entry`() async throws {
        try await backend.audit.append([backend.refusal(1)])
        try backend.edit("DELETE FROM audit_anchor")
        let answer = try await backend.submit(#"{"config":{"a":1}}"#)
        #expect(answer["success"] == true)
        let health = try await backend.send(.get, "/api/cloud/health").body
        let expected: JSONValue = [
            "name": "audit", "status": "unhealthy", "latency_ms": nil, "message": "Audit trail cannot be continued",
        ]
        #expect(health["components"]?.elements?.contains(expected) == true)
    }

    @Test func `a webhook from elsewhere is refused, and many are few entries`() async throws {
        _ = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_allowed_ips":["10.0.0.0/8"]}"#)
        for _ in 1...3 {
            let answer = try await backend.webhook("{}", headers: ["X-Real-IP": "203.0.113.7"])
            #expect(answer.status == 403)
            #expect(answer.body == ["detail": "IP address not in allowlist"])
        }
        let entries = try await list("?event_type=webhook_rejected")["entries"]?.elements
        #expect(entries?.count == 1)
        #expect(entries?.first?["actor_ip"] == "203.0.113.7" && entries?.first?["target_id"] == "replicate")
    }

    @Test func `the metrics count what is kept, and what became of the rest`() async throws {
        try backend.spool([backend.refusal(1).line, Array("x".utf8)])
        await backend.ingest()
        _ = try await backend.send(
            .put, "/api/cloud/metrics/config", #"{"prometheus_enabled":true,"prometheus_categories":["audit"]}"#)
        let lines = try await backend.send(.get, "/api/metrics/prometheus").text.split(separator: "\n")
        for line in [
            "simpletuner_audit_log_entries_total 2", "simpletuner_audit_log_entries_24h 2",
            #"simpletuner_audit_log_entries_by_type{event_type="rate_limited"} 1"#, "tunergate_audit_entries_total 2",
            "tunergate_audit_malformed_lines_total 1", "tunergate_audit_failures_total 0",
            "tunergate_audit_trail_intact 1", "tunergate_audit_ingestion_lag_seconds 0",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}
