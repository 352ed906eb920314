import GRDB
import HTTPTypes
import JSON
import Jobs
import Testing

@testable import BackendServer
@testable import Storage

@Suite struct HealthAndMetricsTests {
    @Test func `weakness 69: health counts from the start of the process, and names its components`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(.get, "/api/cloud/health").body
        #expect(answer["status"] == "healthy")
        #expect(answer["version"] == "1.0.0")
        #expect(answer["uptime_seconds"]?.double == 5)
        #expect(
            answer["components"]?.elements?.map { $0["name"] } == [
                "database", "secrets", "storage", "policy", "audit", "circuit_breaker_replicate",
            ])
        for query in ["?include_providers=true", "?include_replicate=1"] {
            let more = try await backend.send(.get, "/api/cloud/health" + query).body
            #expect(more["components"]?.elements?.last?["name"] == "replicate_api")
            #expect(more["components"]?.elements?.last?["status"] == "healthy")
        }
        #expect(try await backend.send(.get, "/api/cloud/health/live").body == ["status": "ok"])
        #expect(try await backend.send(.get, "/api/cloud/health/ready").body == ["status": "ready"])
    }

    @Test func `a provider that is away does not make this installation ill, a missing token does a little`()
        async throws
    {
        let backend = try Backend()
        backend.replicate.behave(.isAway)
        let away = try await backend.send(.get, "/api/cloud/health?include_providers=true").body
        #expect(away["status"] == "healthy")
        #expect(away["components"]?.elements?.last?["status"] == "degraded")
        let poor = try Backend(["REPLICATE_API_TOKEN": ""])
        #expect(try await poor.send(.get, "/api/cloud/health").body["status"] == "degraded")
    }

    @Test func `a gateway that cannot write its refusals down is seen in health`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, "/api/cloud/health/live")
        backend.gateway.behave(.says(#"{"version":1,"refused":null,"audit_failure":"/run/audit: No space left"}"#))
        let answer = try await backend.send(.get, "/api/cloud/health").body
        #expect(answer["status"] == "degraded")
        let audit = try #require(answer["components"]?.elements?.first { $0["name"] == "audit" })
        #expect(audit["message"] == "The gateway cannot write its refusals down")
    }

    @Test func `a gateway that could not keep webhooks is seen in health, and one that could is not`() async throws {
        for (failure, message) in [
            ("\"No space left\"", "The gateway cannot keep webhooks for a restart"), ("null", nil),
        ] as [(String, String?)] {
            let backend = try Backend()
            _ = try await backend.send(.get, "/api/cloud/health/live")
            backend.gateway.behave(.says(#"{"version":1,"refused":null,"inbox_failure":\#(failure)}"#))
            let answer = try await backend.send(.get, "/api/cloud/health").body
            #expect(answer["status"]?.text == (message == nil ? "healthy" : "degraded"))
            let inbox = answer["components"]?.elements?.first { $0["name"] == "webhook_inbox" }
            #expect(inbox?["message"]?.text == message)
        }
    }

    @Test func `weakness 70: a database that takes no writes is not ready, and nobody is told why`() async throws {
        let backend = try Backend()
        try backend.database.close()
        let answer = try await backend.send(.get, "/api/cloud/health/ready")
        #expect(answer.status == 503)
        #expect(answer.body == ["detail": "Not ready: SQLite database not writable"])
        #expect(try await backend.send(.get, "/api/cloud/jobs").body["error"] == "internal_error")
    }

    @Test func `a full disk is told to whoever wants to store something`() async throws {
        let backend = try Backend()
        try await backend.database.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let networks = (0..<5000).map { #""10.\#($0 / 256).\#($0 % 256).0/24""# }.joined(separator: ",")
        let answer = try await backend.send(
            .put, "/api/cloud/providers/replicate", #"{"webhook_allowed_ips":[\#(networks)]}"#)
        #expect(answer.status == 507)
        #expect(answer.body["detail"] == "The disk of the job database is full: nothing was stored.")
    }

    @Test func `the scrape is off at first, and open to everybody`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(
            .get, "/api/cloud/metrics/prometheus", headers: ["X-Real-IP": "10.0.0.1"])
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text == "# Prometheus export disabled. Enable in Metrics tab.\n")
    }

    @Test func `the guide's request switches jobs and health on`() async throws {
        let backend = try Backend()
        let path = "/api/cloud/metrics/config"
        let before: JSONValue = [
            "prometheus_enabled": false, "prometheus_categories": ["jobs", "http"], "tensorboard_enabled": false,
            "endpoint_url": "/api/metrics/prometheus",
        ]
        #expect(try await backend.send(.get, path).body == before)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        let set = try await backend.send(
            .put, path, #"{"prometheus_enabled": true, "prometheus_categories": ["jobs", "http", "health"]}"#)
        #expect(set.body["prometheus_categories"] == ["jobs", "http", "health"])
        let lines = try await backend.send(.get, "/api/metrics/prometheus").text.split(separator: "\n")
        for line in [
            "simpletuner_jobs_total 1", #"simpletuner_jobs_by_status{status="queued"} 1"#, "simpletuner_jobs_active 1",
            "simpletuner_uptime_seconds 5", #"simpletuner_health_component_status{component="database"} 2"#,
            "# TYPE simpletuner_jobs_total gauge",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }

    @Test func `a template sets its categories and switches the export on, under both prefixes`() async throws {
        let backend = try Backend()
        for path in [
            "/api/cloud/metrics/config/templates/security", "/api/cloud/metrics/config/apply-template/minimal",
            "/api/metrics/config/apply-template/minimal",
        ] {
            let set = try await backend.send(.post, path).body
            #expect(set["prometheus_enabled"] == true)
            let id = path.hasSuffix("minimal") ? "minimal" : "security"
            let templates = try await backend.send(.get, "/api/cloud/metrics/config/templates").body["templates"]
            let template = try #require(templates?.elements?.first { $0["id"] == .string(id) })
            #expect(set["prometheus_categories"] == template["categories"])
        }
        let none = try await backend.send(.post, "/api/cloud/metrics/config/templates/none")
        #expect(none.status == 404)
        #expect(none.body["detail"]?.text != nil)
    }

    @Test func `a preview shows what was chosen though the export is off`() async throws {
        let backend = try Backend()
        let path = "/api/cloud/metrics/config/preview"
        let guides = try await backend.send(.get, path + "?categories=jobs&categories=health").body
        let clients = try await backend.send(.post, path, #"["jobs","health"]"#).body
        #expect(guides["categories_used"] == ["jobs", "health"])
        #expect(clients["categories_used"] == ["jobs", "health"])
        #expect(guides["content"]?.text?.contains("simpletuner_jobs_total 0\n") == true)
        #expect(guides["metric_count"] == clients["metric_count"])
        #expect(try await backend.send(.post, path, "null").body["categories_used"]?.elements?.count == 8)
        #expect(try await backend.send(.post, path, #"["x"]"#).status == 400)
        #expect(try await backend.send(.get, "/api/cloud/metrics/config").body["prometheus_enabled"] == false)
    }

    @Test func `weakness 66: requests are counted by route, however many addresses are asked for`() async throws {
        let backend = try Backend()
        let routes = try backend.routes()
        for number in 0..<20 { _ = try await backend.send(.get, "/api/cloud/jobs/none\(number)", to: routes) }
        _ = try await backend.send(.get, "/a/b/\(Int.random(in: 0...9))", to: routes)
        let page = try await backend.send(.post, "/api/cloud/metrics/config/preview", #"["http"]"#, to: routes)
        let lines = try #require(page.body["content"]?.text).split(separator: "\n")
        for line in [
            #"simpletuner_http_requests_total{endpoint="GET_/api/cloud/jobs/{id}"} 20"#,
            #"simpletuner_http_errors_total{endpoint_status="GET_/api/cloud/jobs/{id}_404"} 20"#,
            #"simpletuner_http_requests_total{endpoint="unknown"} 1"#,
        ] {
            #expect(lines.contains { $0 == line }, "\(line) in \(lines)")
        }
    }

    @Test func `weakness 66: what the gateway counts is shown with it`() async throws {
        let backend = try Backend()
        _ = try await backend.send(.get, "/api/cloud/health/live")
        backend.gateway.behave(
            .says(
                """
                tunergate_gateway_refusals_total{reason="rate_limit"} 7
                tunergate_gateway_rate_limit_keys 3

                """))
        let path = "/api/cloud/metrics/config/preview"
        let page = try await backend.send(.post, path, #"["rate_limits"]"#).body["content"]?.text
        #expect(page?.contains("\nsimpletuner_rate_limit_violations_total 7\n") == true)
        #expect(page?.contains("\nsimpletuner_rate_limit_tracked_clients 3\n") == true)
        let http = try await backend.send(.post, path, #"["http"]"#).body["content"]?.text
        #expect(http?.contains("tunergate_gateway_rate_limit_keys 3\n") == true)
        backend.gateway.behave(.isAbsent)
        #expect(try await backend.send(.post, path, #"["rate_limits"]"#).body["content"] == "")
    }

    @Test func `a category that does not exist is refused by its name`() async throws {
        let backend = try Backend()
        let answer = try await backend.send(
            .put, "/api/cloud/metrics/config", #"{"prometheus_enabled":true,"prometheus_categories":["jbs"]}"#)
        #expect(answer.status == 400)
        #expect(answer.body == ["detail": "Unknown metrics category: jbs"])
        #expect(try await backend.send(.get, "/api/cloud/metrics/config").body["prometheus_enabled"] == false)
    }

    @Test(arguments: [
        ("/api/cloud/jobs?job_type=x", 400, "Invalid job_type: x. Must be 'local' or 'cloud'."),
        ("/api/cloud/jobs?limit=501", 422, "limit: Input should be less than or equal to 500"),
        ("/api/cloud/jobs?limit=0", 422, "limit: Input should be greater than or equal to 1"),
        ("/api/cloud/jobs?offset=x", 422, "offset: Input should be a valid integer"),
        ("/api/cloud/jobs/none", 404, "Job not found: none"),
        ("/nothing", 404, "Not Found"),
    ])
    func `a refusal has a detail that is a text`(path: String, status: Int, detail: String) async throws {
        let answer = try await Backend().send(.get, path)
        #expect(answer.status == status)
        #expect(answer.body["detail"] == .string(detail))
    }

    @Test func `a list has the true total and says whether there is more`() async throws {
        let backend = try Backend()
        for number in 0..<3 { _ = try await backend.submit(#"{"config":{"n":\#(number)}}"#) }
        let page = try await backend.send(.get, "/api/cloud/jobs?limit=2&status=queued&job_type=cloud").body
        #expect(page["jobs"]?.elements?.count == 2)
        #expect(page["total"] == 3)
        #expect(page["has_more"] == true)
        let rest = try await backend.send(.get, "/api/cloud/jobs?limit=2&offset=2").body
        #expect(rest["jobs"]?.elements?.count == 1)
        #expect(rest["has_more"] == false)
    }
}
