import HTTPTypes
import JSON
import Testing

@testable import BackendServer

@Suite struct PolicyHealthTests {
    /// Each row: what the gateway says, the component, the message, and how often it is asked.
    @Test(
        arguments: [
            (.applies, "healthy", "The gateway uses version 1, as wanted", 1),
            (.isMuteOnce, "healthy", "The gateway uses version 1, as wanted", 2),
            (
                .says(#"{"version":0,"refused":"limits: No."}"#), "degraded",
                "The gateway refuses the policy: limits: No. The gateway uses version 0. Wanted is version 1.", 1
            ),
            (.says(#"{"version":0}"#), "degraded", "The gateway uses version 0. Wanted is version 1.", 1),
            (.isAbsent, "degraded", "No gateway listens at its control socket. Wanted is version 1.", 2),
            (.isMute, "degraded", "The gateway does not say which policy it uses. Wanted is version 1.", 2),
        ] as [(FakeGateway.Behaviour, JSONValue, JSONValue, Int)])
    func `health says how the gateway stands to the policy`(
        behaviour: FakeGateway.Behaviour, status: JSONValue, message: JSONValue, questions: Int
    ) async throws {
        let backend = try Backend()
        backend.gateway.behave(behaviour)
        let health = try await backend.send(.get, "/api/cloud/health").body
        #expect(health["status"] == status)
        let component = health["components"]?.elements?.first { $0["name"] == "policy" }
        #expect(component?["status"] == status)
        #expect(component?["message"] == message)
        #expect(backend.gateway.questions == questions)
        #expect(backend.gateway.time <= GatewayLink.answerPatience * 2)
    }

    @Test(
        arguments: [
            (
                .says(#"{"version":3,"refused":"No."}"#),
                [#"tunergate_policy_version{side="applied"} 3"#, "tunergate_policy_refused 1"]
            ),
            (.applies, [#"tunergate_policy_version{side="applied"} 1"#, "tunergate_policy_refused 0"]),
            (.isAbsent, ["tunergate_policy_refused 0"]),
        ] as [(FakeGateway.Behaviour, [String])])
    func `the scrape has both versions and the refusal`(
        behaviour: FakeGateway.Behaviour, expected: [String]
    ) async throws {
        let backend = try Backend()
        backend.gateway.behave(behaviour)
        _ = try await backend.send(
            .put, "/api/cloud/metrics/config", #"{"prometheus_enabled":true,"prometheus_categories":["health"]}"#)
        let lines = try await backend.send(.get, "/api/metrics/prometheus").text.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("tunergate_policy") }
                == [#"tunergate_policy_version{side="wanted"} 1"#] + expected)
    }
}
