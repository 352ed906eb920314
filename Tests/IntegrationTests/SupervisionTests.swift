import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct SupervisionTests {
        @Test func `both programs say ready in one line and stop cleanly on SIGTERM`() async throws {
            try await Installation.running { tuner in
                #expect(tuner.output == "ready https://localhost:\(tuner.tlsPort) \(tuner.plainURL)\n")
                #expect(
                    tuner.processes.map(\.name).sorted() == ["tunergate", "tunergate-backend", "tunergate-gateway"])
                let exitCode = try await tuner.stop()
                #expect(exitCode == 0)
                #expect(tuner.processes == [])
            }
        }

        @Test func `a stop lets a request in flight finish through both programs`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    platform.plan(.delay(.seconds(2)), for: .createPrediction)
                    async let submission = tuner.submit(Installation.order())
                    try await wait(until: "the submission was under way") {
                        platform.count(of: .createPrediction) == 1
                    }
                    let exitCode = try await tuner.stop()
                    let answer = try await submission
                    #expect(answer.json["success"] == true, "\(answer.text)")
                    #expect(exitCode == 0)
                }
            }
        }

        @Test func `a crashed backend is started again, and ready is not said twice`() async throws {
            try await Installation.running { tuner in
                let victim = try #require(tuner.backend)
                try await tuner.killBackend()
                try await wait(until: "another backend ran") {
                    tuner.backend.map { $0.id != victim.id } ?? false
                }
                try await tuner.untilReady()
                #expect(tuner.output.split(separator: "\n").count == 1)
                #expect(tuner.log.contains("started again"))
            }
        }

        @Test func `a crashed gateway is started again on its ports`() async throws {
            try await Installation.running { tuner in
                let victim = try #require(tuner.gateway)
                try await tuner.killGateway()
                try await wait(until: "another gateway ran") {
                    tuner.gateway.map { $0.id != victim.id } ?? false
                }
                try await tuner.untilReady()
                #expect(try await tuner.client.get(tuner.secureURL + "/health").status == 200)
            }
        }

        @Test func `the gateway, which faces the world, is given no secret of the provider`() async throws {
            let secrets = [
                "REPLICATE_API_TOKEN": "r8_x", "CLOUD_WEBHOOK_SECRET": "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0",
            ]
            try await Installation.running(.up, secrets) { tuner in
                for name in secrets.keys {
                    #expect(tuner.backend?.wasGiven(name) == true)
                    #expect(tuner.gateway?.wasGiven(name) == false)
                }
            }
        }

        @Test func `nothing outlives a killed supervisor`() async throws {
            try await Installation.running { tuner in
                #expect(tuner.processes.count == 3)
                try await tuner.killSupervisor()
                try await wait(until: "all processes were gone", patience: .seconds(40)) { tuner.processes.isEmpty }
            }
        }
    }
}
