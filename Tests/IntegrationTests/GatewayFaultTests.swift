import TestSupport
import Testing

extension IntegrationTests {
    /// What the gateway makes of a backend that fails at a chosen byte, and of a client that plays on it.
    @Suite struct GatewayFaultTests {
        private static func request(_ line: String, _ more: String = "") -> String {
            "\(line) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n"
        }

        private func withGateway(
            _ body: (Installation, ScriptedUpstream) async throws -> Void
        ) async throws {
            try await Installation.running(.gateway) { tuner in
                try await ScriptedUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    try await body(tuner, upstream)
                }
            }
        }

        private func answers(_ text: String) -> [String] {
            text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
        }

        @Test func `a request behind one that the backend dropped is served`() async throws {
            try await withGateway { tuner, _ in
                let pipelined = Self.request("GET /drop") + Self.request("GET /next", "Connection: close\r\n")
                let together = try await RawConnection.exchange([pipelined], port: tuner.localPort)
                #expect(answers(together.text) == ["502", "200"])
                #expect(together.isClosed)
                let apart = try await RawConnection.exchange(
                    [Self.request("GET /drop"), Self.request("GET /next", "Connection: close\r\n")],
                    port: tuner.localPort)
                #expect(answers(apart.text) == ["502", "200"])
            }
        }

        @Test func `a client that sends ahead of its turn cannot fill the gateway`() async throws {
            try await withGateway { tuner, _ in
                let flood = String(repeating: "x", count: 64_000)
                let post = Self.request("POST /next", "Transfer-Encoding: chunked\r\n") + "fffffff\r\n"
                let ahead = String(repeating: Self.request("GET /drop"), count: 3) + post + flood
                let pieces = [ahead] + Array(repeating: flood, count: 12)
                _ = try await RawConnection.exchange(pieces, port: tuner.localPort, patience: .seconds(2))
                #expect(try await tuner.client.get(tuner.plainURL + "/health").status == 200)
                #expect(!tuner.log.contains("Fatal error"))
            }
        }

        @Test func `nothing asks the backend for a tunnel`() async throws {
            try await withGateway { tuner, _ in
                let answer = try await RawConnection.exchange([Self.request("CONNECT /x")], port: tuner.localPort)
                #expect(answers(answer.text) == ["405"])
            }
        }

        @Test func `weakness 46: an answer that came before the body was taken reaches the client`() async throws {
            try await withGateway { tuner, _ in
                let size = 4 << 20
                let upload = Self.request("POST /refuse", "Content-Length: \(size)\r\n")
                let answer = try await RawConnection.exchange(
                    [upload, String(repeating: "x", count: size)], port: tuner.localPort)
                #expect(answers(answer.text) == ["413"])
                #expect(answer.text.hasSuffix("much"))
            }
        }

        @Test func `a stop does not wait for a client whose answer ends after it`() async throws {
            try await withGateway { tuner, upstream in
                async let late = RawConnection.exchange([Self.request("GET /late")], port: tuner.localPort)
                try await wait(until: "the answer had begun") { upstream.requestCount == 1 }
                #expect(try await tuner.stop() == 0)
                let answer = try await late
                #expect(answer.text.hasSuffix("halfhalf"))
                #expect(answer.isClosed)
                #expect(!tuner.log.contains("still in flight"))
            }
        }
    }
}
