import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct WebhookTests {
        @Test func `only a genuine webhook moves a job, and only once`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    let id = job.prediction.id
                    let running = try await platform.deliver(.processing, of: id, by: tuner.client)
                    #expect(running.answer.status == 200)
                    #expect(running.answer.json["status"] == "received")
                    let before = try await tuner.facts(of: job.id)

                    let stale = try await platform.deliver(.failed, of: id, by: tuner.client, .stale)
                    #expect(stale.answer.status == 401)
                    let forged = try await platform.deliver(.failed, of: id, by: tuner.client, .forged)
                    #expect(forged.answer.status == 401)
                    let webhook = try #require(job.prediction.webhook)
                    let unsigned = try await tuner.client.post(webhook, ["id": .string(id), "status": "failed"])
                    #expect(unsigned.status == 401)
                    let repeated = try await platform.deliver(
                        .failed, of: id, by: tuner.client, .repeated(messageID: running.messageID))
                    #expect(repeated.answer.status == 200)
                    #expect(repeated.answer.json["status"] == "duplicate")
                    #expect(try await tuner.facts(of: job.id) == before)

                    let failed = try await platform.deliver(.failed, of: id, by: tuner.client)
                    #expect(failed.answer.status == 200)
                    let after = try await tuner.job(job.id)
                    #expect(after["status"] == "failed")
                    #expect(after["error_message"] == "CUDA out of memory")
                }
            }
        }
    }
}
