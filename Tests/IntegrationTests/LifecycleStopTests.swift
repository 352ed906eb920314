import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// How a gateway ends: what it announces, what it finishes, what it cuts.
    @Suite struct LifecycleStopTests {
        private static func request(_ target: String) -> String {
            "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }

        private func readiness(_ tuner: Installation) async throws -> Int {
            try await tuner.client.get(tuner.plainURL + "/api/cloud/health/ready").status
        }

        @Test func `SIGTERM fails readiness and still takes connections until the delay is over`() async throws {
            try await Installation.running(.gateway, ["TUNERGATE_DRAIN_DELAY_SECONDS": "2"]) { tuner in
                try await ScriptedUpstream.serving(at: tuner.state.file("run/backend.sock")) { _ in
                    #expect(try await readiness(tuner) == 200)
                    let gateway = try #require(tuner.gateway)
                    gateway.send(SIGTERM)
                    try await wait(until: "readiness failed") { try await readiness(tuner) == 503 }
                    let answer = try await RawConnection.exchange([Self.request("/new")], port: tuner.localPort)
                    #expect(answer.text.hasPrefix("HTTP/1.1 200"))
                    #expect(answer.text.lowercased().contains("connection: close"))
                    #expect(answer.isClosed)
                    try await wait(until: "the gateway had ended") { tuner.gateway == nil }
                    #expect(!tuner.log.contains("are cut"))
                }
            }
        }

        @Test func `an answer that SIGTERM falls into is finished`() async throws {
            try await Installation.running(.gateway) { tuner in
                try await ScriptedUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    async let late = RawConnection.exchange([Self.request("/late")], port: tuner.localPort)
                    try await wait(until: "the answer had begun") { upstream.requestCount == 1 }
                    tuner.gateway?.send(SIGTERM)
                    let answer = try await late
                    #expect(answer.text.hasSuffix("halfhalf"))
                    try await wait(until: "the gateway had ended") { tuner.gateway == nil }
                }
            }
        }

        @Test func `a drain announces, and the gateway serves on`() async throws {
            try await Installation.running { tuner in
                #expect(try await tuner.command(["drain"]).output == "draining\n")
                #expect(try await readiness(tuner) == 503)
                let connection = try await tuner.client.get(tuner.plainURL + "/health").header("Connection")
                #expect(connection == "close")
                let status = try await tuner.control("GET", "/status")
                #expect(try JSON(status.text.utf8)["phase"] == "announced")
                #expect(try await tuner.stop() == 0)
            }
        }

        @Test func `what outlasts a stop is cut and counted, and the name is given back`() async throws {
            let facts = try await LifecyclePlay.play("deadline")
            #expect(facts["told"].elements.map { $0["requests"] } == ["1"])
            #expect(facts["name_left"] == false)
            #expect(facts["received"].int ?? 0 < 200_000)
        }

        @Test func `a second SIGTERM cuts at once`() async throws {
            let facts = try await LifecyclePlay.play("twice")
            #expect(facts["told"].elements.count == 1)
            #expect(facts["name_left"] == false)
        }

        @Test func `a dead gateway's name is taken, a living one's and a file are not`() async throws {
            let facts = try await LifecyclePlay.play("stale")
            for fact in ["left", "again", "undisturbed", "removed", "kept"] {
                #expect(facts[fact] == true, "\(fact)")
            }
            #expect(facts["second"] == 78)
            #expect(facts["words"].string?.contains("Another gateway answers") == true)
            #expect(facts["third"] == 78)
        }
    }
}
