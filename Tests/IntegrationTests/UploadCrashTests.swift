import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct UploadCrashTests {
        @Test func `weakness 40: an upload in parts goes over a crash of the backend and arrives whole`() async throws {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    async let upload = tuner.storage("upload", "model.safetensors", "192", keys: job.keys)
                    try await wait(until: "parts were arriving") {
                        let progress = try await tuner.job(job.id)["upload_progress"]
                        return progress["bytes_received"].int ?? 0 > 16 << 20
                    }
                    let victim = try #require(tuner.backend)
                    try await tuner.killBackend()
                    let sent = try await upload
                    #expect(tuner.backend?.id != victim.id)
                    let arrived = try await tuner.storage("download", "model.safetensors", keys: job.keys)
                    #expect(arrived == sent)
                }
            }
        }
    }
}
