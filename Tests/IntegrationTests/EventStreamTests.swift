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

        @Test func `a stream ends with the key that opened it`() async throws {
            try await Installation.running(.up) { tuner in
                func send(_ method: String, _ path: String, _ headers: [String: String], _ body: String = "{}")
                    async throws
                    -> Answer
                {
                    try await tuner.client.send(
                        method, tuner.secureURL + path,
                        headers: headers.merging(["Content-Type": "application/json"]) { $1 }, body: Array(body.utf8))
                }
                let made = try await send(
                    "POST", "/api/auth/setup/first-admin", [:],
                    #"{"email":"root@example.com","username":"root","password":"longpassword1"}"#)
                let root = ["Cookie": String(try #require(made.header("Set-Cookie")).prefix { $0 != ";" })]
                let keyed = try await send("POST", "/api/auth/api-keys", root, #"{"name":"page"}"#)
                let key = try #require(keyed.json["key"].string)
                async let heard = listen(tuner, seconds: 60, as: "X-API-Key: \(key)")
                try await wait(until: "the stream was open") { tuner.log.contains("/api/events/stream") }
                let id = keyed.json["key_info"]["id"].int ?? 0
                #expect(try await send("DELETE", "/api/auth/api-keys/\(id)", root).status == 200)
                let (text, exitCode) = try await heard
                #expect(exitCode != 28, "the stream went on until curl lost patience")
                #expect(text.contains("event: connection\r\n"))
            }
        }

        private func listen(
            _ tuner: Installation, seconds: Int, as field: String = "Last-Event-ID: 0"
        ) async throws -> (String, Int32) {
            let result = try await Tool("curl").run(
                [
                    "--silent", "--no-buffer", "--max-time", "\(seconds)", "--cacert", tuner.certificatePath,
                    "--header", field, tuner.secureURL + "/api/events/stream",
                ], patience: .seconds(seconds + 10))
            return (result.output, result.exitCode)
        }
    }
}
