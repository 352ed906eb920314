import GRDB
import HTTPTypes
import JSON
import Jobs
import Testing

@testable import BackendServer
@testable import Storage

@Suite struct HealthAndMetricsTests {
    @Test func `health names its components, and the provider only when asked`() async throws {
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

    @Test func `a database that takes no writes is not ready, and nobody is told why`() async throws {
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
