import TestSupport
import Testing

extension IntegrationTests {
    /// The PROXY protocol at both doors: who may speak for others, and who may not.
    @Suite struct ProxyProtocolTests {
        /// The balancer; every other address of this machine is a stranger.
        private static let balancer = "127.0.0.2"
        private static let request = "GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
        private static let text = Array("PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\r\n".utf8)
        private static let signature: [UInt8] =
            [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
        private static let binary =
            signature + [0x21, 0x11, 0, 12, 203, 0, 113, 9, 198, 51, 100, 1, 0xdc, 0x04, 0x01, 0xbb]

        private func withGateway(
            headSeconds: Int = 60, _ body: (Installation, RecordingUpstream) async throws -> Void
        ) async throws {
            let settings = [
                "TUNERGATE_PROXY_PROTOCOL_FROM": Self.balancer, "TUNERGATE_HEAD_SECONDS": "\(headSeconds)",
            ]
            try await Installation.running(.gateway, settings) { tuner in
                try await RecordingUpstream.serving(at: tuner.state.file("run/backend.sock")) { upstream in
                    try await body(tuner, upstream)
                }
            }
        }

        /// Whom the backend was told of, request by request.
        private func clients(_ upstream: RecordingUpstream) -> [String] {
            upstream.requests.map { $0.lines("X-Real-IP").joined(separator: " and ") }
        }

        @Test func `a listed source says whom it speaks for, in either version`() async throws {
            try await withGateway { tuner, upstream in
                let balancer = try WireClient(port: tuner.localPort, source: Self.balancer)
                let unknown = Array("PROXY UNKNOWN\r\n".utf8)
                let local = Self.signature + [0x20, 0, 0, 0]
                let version6 =
                    Self.signature + [0x21, 0x21, 0, 36, 0x20, 0x01, 0x0d, 0xb8] + Array(repeating: 0, count: 11)
                    + [7] + Array(repeating: 0, count: 20)
                let table = [
                    (Self.text, "203.0.113.9"), (Self.binary, "203.0.113.9"), (version6, "2001:db8::7"),
                    (unknown, Self.balancer), (local, Self.balancer),
                ]
                for (preface, client) in table {
                    upstream.forget()
                    let received = try await balancer.exchange([.send(preface + Array(Self.request.utf8))])
                    #expect(received.statuses == [200])
                    #expect(clients(upstream) == ["X-Real-IP: \(client)"])
                }
            }
        }

        @Test(arguments: [text, binary])
        func `a preface may come byte by byte`(preface: [UInt8]) async throws {
            try await withGateway { tuner, upstream in
                let balancer = try WireClient(port: tuner.localPort, source: Self.balancer)
                let pieces = preface.flatMap { [WireClient.Step.send([$0]), .pause(.milliseconds(2))] }
                let received = try await balancer.exchange(pieces + [.send(Array(Self.request.utf8))])
                #expect(received.statuses == [200])
                #expect(clients(upstream) == ["X-Real-IP: 203.0.113.9"])
            }
        }

        @Test(arguments: [text, binary])
        func `a preface stands before TLS`(preface: [UInt8]) async throws {
            try await withGateway { tuner, upstream in
                let digits = preface.map { byte in
                    let text = String(byte, radix: 16)
                    return text.count == 1 ? "0" + text : text
                }
                let result = try await Tool("python3").run(
                    [
                        Checkout.fixture("http2_cases.py"), "--port", "\(tuner.tlsPort)",
                        "--cacert", tuner.certificatePath, "--only", "generic/4/1",
                        "--source", Self.balancer, "--preface", digits.joined(),
                    ],
                    environment: ["PYTHONDONTWRITEBYTECODE": "1"])
                #expect(result.exitCode == 0, "\(result.output)\(result.errors)")
                #expect(clients(upstream) == ["X-Real-IP: 203.0.113.9"])
            }
        }

        @Test func `a listed source is believed over what its client claims`() async throws {
            try await withGateway { tuner, upstream in
                let balancer = try WireClient(port: tuner.localPort, source: Self.balancer)
                let claim = "GET / HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n"
                _ = try await balancer.exchange([.send(Self.text + Array(claim.utf8))])
                #expect(clients(upstream) == ["X-Real-IP: 203.0.113.9"])
                #expect(upstream.requests.map { $0.lines("X-Forwarded-For") } == [["X-Forwarded-For: 203.0.113.9"]])
            }
        }

        @Test(arguments: [
            Array(request.utf8),
            Array("PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\n".utf8),
            Array("PROXY TCP4 203.0.113.9 198.51.100.1 056324 443\r\n".utf8),
            Array(("PROXY UNKNOWN " + String(repeating: "x", count: 200) + "\r\n").utf8),
            signature + [0x21, 0x11, 0x02, 0x58] + Array(repeating: 0, count: 600),
            signature + [0x31, 0x11, 0, 12] + Array(repeating: 1, count: 12),
        ])
        func `a listed source that does not say so properly is closed without a word`(bytes: [UInt8]) async throws {
            try await withGateway { tuner, upstream in
                for port in [tuner.localPort, tuner.tlsPort] {
                    try await expectSilence(bytes + Array(Self.request.utf8), port)
                }
                #expect(upstream.requests.isEmpty)
            }
        }

        @Test func `a listed source that never finishes its preface is closed when the time for a head is over`()
            async throws
        {
            try await withGateway(headSeconds: 1) { tuner, upstream in
                for bytes in [Array("PROXY TCP4 203.0".utf8), Self.signature + [0x21, 0x11, 0, 12, 203, 0], []] {
                    async let local: Void = expectSilence(bytes, tuner.localPort)
                    async let sealed: Void = expectSilence(bytes, tuner.tlsPort)
                    _ = try await (local, sealed)
                }
                #expect(upstream.requests.isEmpty)
            }
        }

        private func expectSilence(_ bytes: [UInt8], _ port: Int) async throws {
            let balancer = try WireClient(port: port, source: Self.balancer)
            let received = try await balancer.exchange([.send(bytes)])
            #expect(received.text == "")
            #expect(received.isClosed)
        }

        @Test(arguments: ["127.0.0.1", "127.0.0.3"], [text, binary])
        func `nobody else may speak for others`(source: String, preface: [UInt8]) async throws {
            try await withGateway { tuner, upstream in
                for port in [tuner.localPort, tuner.tlsPort] {
                    let stranger = try WireClient(port: port, source: source)
                    let received = try await stranger.exchange([.send(preface + Array(Self.request.utf8))])
                    #expect(!received.statuses.contains(200))
                    #expect(received.isClosed)
                }
                #expect(upstream.requests.isEmpty)
            }
        }
    }
}
