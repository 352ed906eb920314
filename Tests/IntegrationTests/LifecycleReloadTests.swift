import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// New settings in the running process.
    @Suite struct LifecycleReloadTests {
        private func withSettings(
            _ text: String, _ body: (Installation, (String) throws -> Void) async throws -> Void
        ) async throws {
            try await StateFolder.temporary { folder in
                try folder.write(text, to: "settings.yaml")
                let path = ["TUNERGATE_CONFIG": folder.file("settings.yaml")]
                try await Installation.running(.gateway, path) { tuner in
                    try await body(tuner) { try folder.write($0, to: "settings.yaml") }
                }
            }
        }

        @Test func `good settings are put to use, and what needs a new process is named`() async throws {
            try await withSettings("limits:\n  body_bytes: 1000\n") { tuner, change in
                let process = tuner.gateway
                #expect(try await status(tuner, bodyBytes: 1001) == 413)
                try change("limits:\n  body_bytes: 2000\nworkers: 7\n")
                let path = ["TUNERGATE_CONFIG": tuner.state.file("none.yaml")]
                let result = try await tuner.control("POST", "/reload")
                #expect(result.status == 200)
                let outcome = try JSON(result.text.utf8)
                #expect(outcome["changed"].elements == ["limits.body_bytes"])
                #expect(outcome["needs_new_process"].elements == ["workers"])
                #expect(try await status(tuner, bodyBytes: 1001) == 503)
                #expect(try await status(tuner, bodyBytes: 2001) == 413)
                #expect(tuner.gateway == process)
                // A settings file that is not there is a mistake of its own.
                #expect(try await tuner.command(["reload"], path).exitCode == 78)
            }
        }

        @Test func `bad settings change nothing and are told in one line`() async throws {
            try await withSettings("limits:\n  body_bytes: 1000\n") { tuner, change in
                try change("limits:\n  body_bytes: many\n")
                let result = try await tuner.command(["reload"])
                #expect(result.exitCode == 78)
                #expect(result.errors.contains("settings.yaml:2:"))
                #expect(try await status(tuner, bodyBytes: 1001) == 413)
                let metrics = try await tuner.control("GET", "/metrics").text
                #expect(metrics.contains("tunergate_gateway_settings_last_reload_successful 0"))
                try change("limits:\n  body_bytes: 1000\n")
                #expect(try await tuner.command(["reload"]).output == "reloaded, nothing changed\n")
            }
        }

        @Test func `SIGHUP to the supervisor reloads, and nothing is closed`() async throws {
            try await withSettings("limits:\n  body_bytes: 1000\n") { tuner, change in
                try await ScriptedUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    let request = "GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    async let late = RawConnection.exchange([request], port: tuner.localPort, patience: .seconds(3))
                    try await wait(until: "the answer had begun") { upstream.requestCount == 1 }
                    try change("limits:\n  body_bytes: 3000\n")
                    tuner.supervisor?.send(SIGHUP)
                    try await wait(until: "the settings were read again") {
                        tuner.log.contains("Settings were read again")
                    }
                    let answer = try await late
                    #expect(answer.text.hasSuffix("halfhalf"))
                    #expect(!answer.isClosed)
                    #expect(try await status(tuner, bodyBytes: 3001) == 413)
                }
            }
        }

        @Test func `a hundred reloads, good and bad, lose no request`() async throws {
            let facts = try await LifecyclePlay.play("reloads")
            #expect(facts["answers"].elements.filter { $0 == 200 }.count == 50)
            #expect(facts["answers"].elements.filter { $0 == 422 }.count == 50)
            #expect(facts["lost"].elements == [])
            #expect(facts["requests"].int ?? 0 > 100)
            #expect(facts["slow_bytes"] == 200_000)
            #expect(facts["same"] == true)
        }

        /// What becomes of a request that announces such a body.
        private func status(_ tuner: Installation, bodyBytes: Int) async throws -> Int? {
            let request = "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(bodyBytes)\r\n\r\n"
            let answer = try await RawConnection.exchange(
                [request + String(repeating: "x", count: bodyBytes)], port: tuner.localPort, patience: .seconds(3))
            return answer.text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        }
    }
}
