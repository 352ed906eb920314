import TestSupport
import Testing

extension IntegrationTests {
    @Suite struct EventStreamTests {
        @Test func `a page hears over TLS what a webhook did, and a stop of the programs ends its stream`() async throws
        {
            try await StandInReplicate.serving { platform in
                try await Installation.running(.up, platform.settings) { tuner in
                    let job = try await tuner.submitJob(to: platform)
                    async let heard = listen(tuner, seconds: 60)
                    try await wait(until: "the stream was open") {
                        tuner.log.contains("/api/events/stream")
                    }
                    _ = try await platform.deliver(.processing, of: job.prediction.id, by: tuner.client)
                    // What came before it listened is told too, since it asks for all behind the first.
                    let code = try await tuner.stop()
                    #expect(code == 0)
                    let (text, exitCode) = try await heard
                    #expect(exitCode != 28, "the stream went on until curl lost patience")
                    #expect(text.hasPrefix("id: "))
                    #expect(text.contains("event: connection\r\ndata: {"))
                    #expect(text.contains("event: cloud_job_update\r\n"))
                    #expect(text.contains(#""status":"running""#))
                }
            }
        }

        private func listen(_ tuner: Installation, seconds: Int) async throws -> (String, Int32) {
            let result = try await Tool("curl").run(
                [
                    "--silent", "--no-buffer", "--max-time", "\(seconds)", "--cacert", tuner.certificatePath,
                    "--header", "Last-Event-ID: 0", tuner.secureURL + "/api/events/stream",
                ], patience: .seconds(seconds + 10))
            return (result.output, result.exitCode)
        }
    }
}
