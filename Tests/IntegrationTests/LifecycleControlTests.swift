import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// The control socket, and the commands that speak through it.
    @Suite struct LifecycleControlTests {
        @Test func `status and metrics tell of requests, and promtool has nothing to say`() async throws {
            try await Installation.running { tuner in
                for _ in 0..<3 { _ = try await tuner.client.get(tuner.secureURL + "/health") }
                let status = try await tuner.control("GET", "/status")
                #expect(status.status == 200)
                let facts = try JSON(status.text.utf8)
                #expect(facts["pid"].int == tuner.gateway.map { Int($0.id) })
                #expect(facts["phase"] == "serving")
                #expect(facts["listeners"].elements.map { $0["door"] } == ["tls", "local"])
                #expect(facts["certificates"].elements.count == 1)
                let requests = ["http1", "http2"].compactMap { facts["requests"][$0].int }.reduce(0, +)
                #expect(requests >= 3)
                let page = try await tuner.command(["metrics"])
                #expect(page.exitCode == 0)
                let verdict = try await Tool("promtool").run(["check", "metrics"], input: page.output)
                #expect(verdict.exitCode == 0)
                #expect(verdict.output + verdict.errors == "")
                for name in [
                    "answers_total{class=\"2xx\"}", "request_duration_seconds_bucket{le=\"+Inf\"}",
                    "certificate_not_after_timestamp_seconds{certificate=", "settings_last_reload_successful 1",
                    "limit_reached_total{limit=\"connections_per_client\"} 0",
                ] {
                    #expect(page.output.contains("tunergate_gateway_" + name), "\(name)")
                }
                let text = try await tuner.command(["status"])
                #expect(text.output.hasPrefix("gateway "))
            }
        }

        /// Each row: a request that exceeds one limit of the head, and the limit's name.
        @Test func `a limit of the head that is exceeded shows in the metrics`() async throws {
            try await Installation.running(.gateway) { tuner in
                let end = " HTTP/1.1\r\nHost: a\r\n"
                let fields = String(repeating: "A: b\r\n", count: 101)
                for (request, limit) in [
                    ("GET /\(String(repeating: "a", count: 20_000))" + end + "\r\n", "target_bytes"),
                    ("GET /" + end + fields + "\r\n", "head_fields"),
                    ("GET /" + end + "A: \(String(repeating: "a", count: 40_000))\r\n\r\n", "head_bytes"),
                ] {
                    let name = "tunergate_gateway_limit_reached_total{limit=\"\(limit)\"}"
                    let before = try await tuner.control("GET", "/metrics").text
                    #expect(before.contains(name + " 0\n"), "\(limit)")
                    _ = try await RawConnection.exchange([request], port: tuner.localPort)
                    let after = try await tuner.control("GET", "/metrics").text
                    #expect(after.contains(name + " 1\n"), "\(limit)")
                }
            }
        }

        @Test func `explain walks a request without sending it`() async throws {
            try await Installation.running(.gateway) { tuner in
                func explain(_ arguments: [String]) async throws -> JSON {
                    try JSON(try await tuner.command(["explain"] + arguments).output.utf8)
                }
                let health = try await explain(["/health?x=1"])
                #expect(health["answered_by"] == "gateway")
                #expect(health["refused"] == .null)
                let stored = try await explain(["PUT", "/api//cloud/./storage/%41"])
                #expect(stored["path"] == "/api/cloud/storage/A")
                #expect(stored["answered_by"] == "backend")
                #expect(stored["body_limit_bytes"] == .null)
                let large = try await explain(["/api/jobs", "--header", "Content-Length: 104857601"])
                #expect(large["body_limit_bytes"] == 104_857_600)
                #expect(large["refused"]["status"] == 413)
                let forwarded = ["/", "--ip", "127.0.0.1", "--header", "X-Forwarded-For: 203.0.113.9"]
                let found = try await explain(forwarded)
                #expect(found["client"]["address"] == "203.0.113.9")
                #expect(found["client"]["local"] == false)
                let stranger = try await explain(["/", "--ip", "192.0.2.1", "--header", "X-Real-IP: 127.0.0.1"])
                #expect(stranger["client"]["address"] == "192.0.2.1")
                #expect(stranger["rate_limit"] == .null)
                let twice = try await explain(["/", "--header", "Host: other"])
                #expect(twice["refused"]["status"] == 400)
                let plain = try await explain(["/", "--door", "tls", "--scheme", "http", "--peer", "192.0.2.1"])
                #expect(plain["refused"]["status"] == 308)
                let both = ["/a%2f..%2fb", "--door", "tls", "--scheme", "http", "--peer", "192.0.2.1"]
                let ambiguous = try await explain(both)
                #expect(ambiguous["refused"]["status"] == 400)
            }
        }

        @Test(arguments: ["peer=nonsense", "door=nowhere", "scheme=ftp"])
        func `explain does not answer what has no meaning`(query: String) async throws {
            try await Installation.running(.gateway) { tuner in
                let answer = try await tuner.control("GET", "/explain?" + query)
                #expect(answer.status == 400)
            }
        }

        @Test func `what is asked in the wrong way is told so`() async throws {
            try await Installation.running(.gateway) { tuner in
                for (method, path, status) in [
                    ("GET", "/nothing", 404), ("GET", "/reload", 405), ("POST", "/status", 405),
                    ("POST", "/takeover/confirm", 409),
                    // The supervisor would start it again.
                    ("POST", "/stop", 409),
                ] {
                    let answer = try await tuner.control(method, path)
                    #expect(answer.status == status, "\(method) \(path)")
                }
            }
        }

        @Test func `a command without a gateway says where it looked`() async throws {
            try await StateFolder.temporary { folder in
                try await Installation.running(.gateway) { tuner in
                    let elsewhere = ["SIMPLETUNER_STATE_DIR": folder.path]
                    let result = try await tuner.command(["status"], elsewhere)
                    #expect(result.exitCode == 69)
                    #expect(result.errors.contains(folder.file("run/gateway.sock")))
                }
            }
        }

        @Test func `clients of the control socket that say nothing are bounded and let go`() async throws {
            let facts = try await LifecyclePlay.play("crowd")
            #expect(facts["closed"] == 40)
            #expect(facts["status"] == "serving")
        }

        @Test(.enabled(if: getuid() == 0, "only root can be somebody else"))
        func `another user's process is turned away, whatever the file's mode`() async throws {
            try await Installation.running(.gateway, ["TUNERGATE_ADMIN_UIDS": "65533"]) { tuner in
                let socket = tuner.state.file("run/gateway.sock")
                _ = try await Tool("chmod").run(["0777", tuner.state.path, tuner.state.file("run"), socket])
                func ask(as user: String, _ method: String, _ path: String) async throws -> ToolResult {
                    try await Tool("setpriv").run([
                        "--reuid", user, "--clear-groups", "curl", "--silent", "--request", method,
                        "--unix-socket", socket, "http://gateway" + path,
                    ])
                }
                let stranger = try await ask(as: "65534", "GET", "/status")
                #expect(!stranger.output.contains("pid"))
                let admin = try await ask(as: "65533", "GET", "/status")
                #expect(admin.output.contains("\"pid\""))
                let thief = try await ask(as: "65533", "POST", "/takeover")
                #expect(thief.output.contains("own user"))
                #expect(tuner.log.contains("turned away from the control socket"))
                #expect(tuner.log.contains("65534"))
            }
        }
    }
}
