import HTTPTypes
import JSON
import Jobs
import Providers
import Storage
import Synchronization
import Testing

@testable import BackendServer

@Suite struct CircuitBreakerRoutesTests {
    private let backend: Backend

    init() throws { backend = try Backend() }

    private func failFiveTimes() async throws {
        backend.replicate.behave(.isAway)
        for _ in 1...5 {
            let answer = try await backend.submit(#"{"config":{"a":1}}"#)
            #expect(answer["error"] == "Replicate cannot be reached: the connection was refused.")
        }
    }

    private func breaker() async throws -> JSONValue? {
        try await backend.send(.get, "/api/cloud/circuit-breakers").body["circuit_breakers"]?.elements?.first
    }

    @Test func `five submissions that find nobody open the circuit, and the sixth is told so at once`() async throws {
        try await failFiveTimes()
        let calls = backend.replicate.calls.count
        let answer = try await backend.submit(#"{"config":{"a":1}}"#)
        #expect(answer["success"] == false)
        #expect(answer["error"] == "Provider 'replicate' is temporarily unavailable. Please try again later.")
        #expect(answer["job_id"] == .null)
        #expect(backend.replicate.calls.count == calls)
        let jobs = try await backend.send(.get, "/api/cloud/jobs").body["jobs"]?.elements ?? []
        #expect(jobs.allSatisfy { $0["is_active"] == false })
    }

    @Test func `the first call after thirty seconds closes it, when it works`() async throws {
        try await failFiveTimes()
        backend.replicate.behave(.works)
        #expect(try await backend.submit(#"{"config":{"a":1}}"#)["success"] == false)
        backend.time.pass(.seconds(30))
        #expect(try await breaker()?["state"] == "half_open")
        #expect(try await backend.submit(#"{"config":{"a":1}}"#)["success"] == true)
        #expect(try await breaker()?["state"] == "closed")
    }

    /// Weakness 67: there were three registries, and the one that was shown was none of those that decided.
    @Test func `weakness 67: the circuit that refuses is the one that is shown, everywhere`() async throws {
        let before = try await backend.send(.get, "/api/cloud/circuit-breakers").body
        #expect(before["total"] == 1)
        #expect(try await backend.send(.get, "/api/metrics/circuit-breakers").body == before)
        #expect(
            try await breaker() == [
                "name": "replicate", "state": "closed", "failure_count": 0, "success_count": 0, "last_failure": nil,
                "retry_after": nil,
            ])
        try await failFiveTimes()
        let open = try await breaker()
        #expect(open?["state"] == "open")
        #expect(open?["failure_count"] == 5)
        #expect(open?["last_failure"]?.text == backend.now.description)
        #expect(open?["retry_after"]?.double ?? 0 > 0)

        let health = try await backend.send(.get, "/api/cloud/health").body
        #expect(health["status"] == "degraded")
        let component = health["components"]?.elements?.first { $0["name"] == "circuit_breaker_replicate" }
        #expect(component?["status"] == "unhealthy")

        _ = try await backend.send(
            .put, "/api/cloud/metrics/config",
            #"{"prometheus_enabled":true,"prometheus_categories":["circuit_breakers"]}"#)
        let metrics = try await backend.send(.get, "/api/cloud/metrics/prometheus").text
        #expect(metrics.contains("simpletuner_circuit_breaker_state{provider=\"replicate\"} 2\n"))
        #expect(metrics.contains("simpletuner_circuit_breaker_failures_total{provider=\"replicate\"} 5\n"))
        #expect(metrics.contains("simpletuner_circuit_breaker_successes_total{provider=\"replicate\"} 0\n"))
    }

    @Test func `a refused submission opens nothing`() async throws {
        backend.replicate.behave(.refuses)
        for _ in 1...6 { _ = try await backend.submit(#"{"config":{"a":1}}"#) }
        #expect(try await breaker()?["state"] == "closed")
    }

    @Test func `a submission that may have been sent is not sent again`() async throws {
        backend.replicate.behave(.losesRequest)
        _ = try await backend.submit(#"{"config":{"a":1}}"#)
        #expect(backend.replicate.calls.filter { $0 == "POST /predictions" }.count == 1)
    }
}
