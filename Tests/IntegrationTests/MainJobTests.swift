import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct MainJobTests {
        @Test func `a cloud job runs end to end through the gateway, over a crash of the backend`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    #expect(try await tuner.job(job.id)["status"] == "queued")
                    #expect(job.prediction.webhook?.hasPrefix(tuner.secureURL + "/api/webhooks/replicate") == true)
                    #expect(job.keys.endpoint == tuner.secureURL + "/api/cloud/storage")

                    try await webhooksMoveTheJob(job, platform, tuner)
                    let uploads = try await uploadOverACrash(job, tuner)
                    try await everythingIsThere(uploads, job, tuner)
                    try await healthAndMetrics(tuner)
                    #expect(platform.predictions.count == 1)
                    #expect(try await tuner.stop() == 0)
                }
            }
        }

        private func webhooksMoveTheJob(
            _ job: CloudJob, _ platform: StandInReplicate, _ tuner: Installation
        ) async throws {
            let id = job.prediction.id
            let running = try await platform.deliver(.processing, of: id, by: tuner.client)
            #expect(running.answer.status == 200)
            #expect(try await tuner.job(job.id)["status"] == "running")

            let before = try await tuner.facts(of: job.id)
            let forged = try await platform.deliver(.succeeded, of: id, by: tuner.client, .forged)
            #expect(forged.answer.status == 401)
            #expect(try await tuner.facts(of: job.id) == before)

            try await crashOfTheBackend(tuner)
            #expect(try await tuner.facts(of: job.id) == before)

            let succeeded = try await platform.deliver(.succeeded, of: id, by: tuner.client)
            #expect(succeeded.answer.status == 200)
            #expect(try await tuner.job(job.id)["status"] == "completed")
        }

        /// The supervisor has the backend back within what a request's patience at the gateway is: nobody notices.
        private func crashOfTheBackend(_ tuner: Installation) async throws {
            let victim = try #require(tuner.backend)
            try await tuner.killBackend()
            #expect(try await tuner.client.get(tuner.secureURL + "/health").status == 200)
            #expect(try await tuner.client.get(tuner.secureURL + "/api/cloud/jobs").status == 200)
            try await tuner.untilReady()
            #expect(tuner.backend?.id != victim.id)
        }

        /// Each key, and what the storage client says it sent.
        private func uploadOverACrash(_ job: CloudJob, _ tuner: Installation) async throws -> [String: JSON] {
            let big = try await tuner.storage("upload", "run/model.safetensors", "20", keys: job.keys)
            try await crashOfTheBackend(tuner)
            let small = try await tuner.storage("put", "run/notes ü.txt", "A small one.", keys: job.keys)
            return ["run/model.safetensors": big, "run/notes ü.txt": small]
        }

        private func everythingIsThere(
            _ uploads: [String: JSON], _ job: CloudJob, _ tuner: Installation
        ) async throws {
            let listing = try await tuner.storage("list", keys: job.keys)
            for (key, sent) in uploads {
                #expect(listing[key] == sent["size"])
                #expect(try await tuner.storage("download", key, keys: job.keys) == sent)
            }
            #expect(try await tuner.job(job.id)["status"] == "completed")
        }

        private func healthAndMetrics(_ tuner: Installation) async throws {
            let health = try await tuner.client.get(tuner.secureURL + "/api/cloud/health")
            #expect(health.status == 200)
            #expect(health.json["status"] == "healthy", "\(health.text)")

            let enabled = try await tuner.client.put(
                tuner.secureURL + "/api/cloud/metrics/config",
                ["prometheus_enabled": true, "prometheus_categories": ["jobs", "health", "audit"]])
            #expect(enabled.json["prometheus_enabled"] == true)
            let scrape = try await tuner.client.get(tuner.secureURL + "/api/cloud/metrics/prometheus")
            #expect(scrape.text.contains("simpletuner_jobs_by_status{status=\"completed\"} 1"))
            let verdict = try await Tool("promtool").run(["check", "metrics"], input: scrape.text)
            let allowed = Set(try Checkout.fixtureLines("promtool-allowed.txt"))
            let complaints = (verdict.output + verdict.errors).split(separator: "\n").map(String.init)
            #expect(complaints.filter { !allowed.contains($0) } == [])
        }
    }
}
