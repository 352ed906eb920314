import TestSupport
import Testing

extension IntegrationTests {
    /// Who comes from SimpleTuner's own server with its database.
    @Suite struct TakeoverTests {
        @Test(arguments: ["config/cloud/jobs.db", "cloud/jobs.db"])
        func `SimpleTuner's jobs and configuration are there at the first start, wherever it kept them`(
            file: String
        ) async throws {
            try await Installation.running(.up, seeding: { try await Self.leave(file, in: $0) }) { tuner in
                let jobs = try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").json
                #expect(jobs["total"] == 2)
                let ended = try await tuner.job("prediction-ended")
                #expect(ended["status"] == "completed")
                #expect(ended["cost_usd"] == .number(1.5))
                #expect(try await tuner.job("prediction-failed")["status"] == "failed")
                let config = try await tuner.client.get(tuner.secureURL + "/api/cloud/providers/replicate/config")
                #expect(config.json["config"]["webhook_allowed_ips"] == ["10.0.0.0/8"])
                #expect(config.json["config"]["hardware_profile"] == "h100-x2")
                #expect(tuner.state.exists(file + ".simpletuner"))
                #expect(tuner.log.contains("was taken over"))

                try await tuner.killBackend()
                try await tuner.untilReady()
                #expect(try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").json["total"] == 2)
            }
        }

        @discardableResult
        private static func leave(_ file: String, in state: StateFolder) async throws -> JSON {
            try await PythonScript("simpletuner_database.py").run([state.file(file)])
        }
    }
}
