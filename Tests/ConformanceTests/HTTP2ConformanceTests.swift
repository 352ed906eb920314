import TestSupport
import Testing

extension ConformanceTests {
    /// What RFC 9113 and RFC 7541 ask of a server, and what they say of attackers, held against the running gateway.
    @Suite struct HTTP2ConformanceTests {
        /// Large enough for windows that open by a byte.
        private static let answerBytes = 4096

        private static func answer(_ request: RecordingUpstream.Request) -> RecordingUpstream.Reply {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(answerBytes)\r\n\r\n"
            // An answer to HEAD has the length of a body and none.
            let body = request.head.hasPrefix("HEAD ") ? "" : String(repeating: "x", count: answerBytes)
            return RecordingUpstream.Reply(head + body)
        }

        private func withGateway(
            _ settings: [String: String] = [:],
            _ body: (Installation, RecordingUpstream) async throws -> Void
        ) async throws {
            try await Installation.running(.gateway, settings) { tuner in
                let socket = tuner.state.file("run/backend.sock")
                try await RecordingUpstream.serving(at: socket, answering: Self.answer) { upstream in
                    try await body(tuner, upstream)
                }
            }
        }

        /// Runs the list; its last line says how it went, and those before it which cases did not go well.
        private func expectAllPass(_ tuner: Installation, _ arguments: [String], count: Int) async throws {
            let result = try await Tool("python3").run(
                [
                    Checkout.fixture("http2_cases.py"), "--port", "\(tuner.tlsPort)", "--cacert", tuner.certificatePath,
                ] + arguments,
                environment: ["PYTHONDONTWRITEBYTECODE": "1"], patience: .seconds(500))
            let lines = result.output.split(separator: "\n")
            let bad = lines.filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
            #expect(lines.last == "\(count) passed, 0 failed, 0 skipped", "\(bad)\n\(result.errors)")
        }

        @Test func `each public case conforms, with the exact error`() async throws {
            try await withGateway { tuner, upstream in
                try await expectAllPass(tuner, ["--exact"], count: 172)
                // No case's trick reached the backend: each head is one that the table means to be served.
                let lines = Set(upstream.requests.compactMap { $0.head.split(separator: "\r\n").first })
                #expect(lines.isSubset(of: ["GET / HTTP/1.1", "POST / HTTP/1.1", "HEAD / HTTP/1.1"]), "\(lines)")
                #expect(upstream.requests.allSatisfy { $0.lines("Host").count == 1 })
            }
        }

        /// What one attacker may cost in memory, many times over.
        private static let growthMax = 64 << 20

        @Test func `who attacks is told or cut off, and others are served meanwhile`() async throws {
            let settings = ["TUNERGATE_STALL_SECONDS": "2", "TUNERGATE_HEAD_SECONDS": "2"]
            try await withGateway(settings) { tuner, _ in
                let gateway = try #require(tuner.gateway)
                try gateway.forgetPeakMemory()
                let before = try #require(gateway.peakMemory)
                try await expectAllPass(tuner, ["--attacks", "--stall-seconds", "2"], count: 26)
                #expect(try #require(gateway.peakMemory) - before <= Self.growthMax)
            }
        }
    }
}
