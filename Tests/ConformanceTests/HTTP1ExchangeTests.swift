import TestSupport
import Testing

extension ConformanceTests {
    /// What the gateway makes of whole exchanges in HTTP/1.1, byte for byte on both of its sides.
    @Suite struct HTTP1ExchangeTests {
        private static func request(_ line: String, _ fields: String = "", _ body: String = "") -> String {
            "\(line) HTTP/1.1\r\nHost: t\r\n\(fields)\r\n\(body)"
        }

        private static let last = request("GET /last", "Connection: close\r\n")

        private func withGateway(
            answering reply: @escaping @Sendable (RecordingUpstream.Request) -> RecordingUpstream.Reply = { _ in .ok },
            _ body: (Installation, WireClient, RecordingUpstream) async throws -> Void
        ) async throws {
            try await Installation.running(.gateway) { tuner in
                let socket = tuner.state.file("run/backend.sock")
                try await RecordingUpstream.serving(at: socket, answering: reply) { upstream in
                    try await body(tuner, try WireClient(port: tuner.localPort), upstream)
                }
            }
        }

        @Test(arguments: [
            "/", "/a%2Fb//c;d=e/./f?x=%zz&y=[\"]|^`{}\\", "/%7euser/%41", "http://T/a?b", "https://t", "/api/../api/x",
        ])
        func `the target goes up byte for byte`(target: String) async throws {
            try await withGateway { _, client, upstream in
                let received = try await client.exchange(Self.request("GET \(target)", "Connection: close\r\n"))
                #expect(received.statuses == [200])
                #expect(upstream.requests.map(\.target) == [target])
            }
        }

        @Test func `requests sent together are answered in order, on one connection`() async throws {
            let answer: @Sendable (RecordingUpstream.Request) -> RecordingUpstream.Reply = { request in
                .init("HTTP/1.1 200 OK\r\nContent-Length: \(request.target.utf8.count)\r\n\r\n\(request.target)")
            }
            try await withGateway(answering: answer) { _, client, upstream in
                let targets = (0..<50).map { "/n\($0)" }
                let received = try await client.exchange(targets.map { Self.request("GET \($0)") }.joined() + Self.last)
                #expect(received.statuses == Array(repeating: 200, count: 51))
                #expect(upstream.requests.map(\.target) == targets + ["/last"])
                let bodies = received.text.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "H" } }
                #expect(bodies.map(String.init) == targets + ["/last"])
            }
        }

        @Test func `a connection stays open until the client says otherwise`() async throws {
            try await withGateway { _, client, upstream in
                let received = try await client.exchange([
                    .send(Array(Self.request("GET /1").utf8)), .await("ok"),
                    .send(Array(Self.request("POST /2", "Content-Length: 5\r\n", "hello").utf8)), .await("okHTTP/1.1"),
                    .pause(.milliseconds(30)), .send(Array(Self.last.utf8)),
                ])
                #expect(received.statuses == [200, 200, 200])
                #expect(received.isClosed)
                #expect(upstream.requests.map(\.body) == ["", "hello", ""])
            }
        }

        @Test func `chunks and trailers pass both ways, without what a trailer may not say`() async throws {
            let trailers = "X-Sum: 1\r\nX-Forwarded-For: 127.0.0.1\r\nContent-Length: 99\r\nHost: u\r\n"
            let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n"
            try await withGateway(answering: { _ in .init(answer + trailers + "\r\n") }) { _, client, upstream in
                let body = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\n\(trailers)\r\n"
                let received = try await client.exchange(
                    Self.request(
                        "POST /x", "Transfer-Encoding: chunked\r\nTE: trailers\r\nConnection: TE, close\r\n", body))
                #expect(received.text.hasSuffix("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"))
                #expect(upstream.requests.map(\.body) == ["b\r\nhello world\r\n0\r\nX-Sum: 1\r\n\r\n"])
            }
        }

        @Test func `Expect goes up, and the body waits for the backend's word`() async throws {
            let answer: @Sendable (RecordingUpstream.Request) -> RecordingUpstream.Reply = { request in
                .init("HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n", atHead: "HTTP/1.1 100 Continue\r\n\r\n")
            }
            try await withGateway(answering: answer) { _, client, upstream in
                let fields = "Expect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n"
                let received = try await client.exchange([
                    .send(Array(Self.request("PUT /x", fields).utf8)), .await("100 Continue"),
                    .send(Array("hello".utf8)),
                ])
                #expect(received.statuses == [100, 201])
                #expect(upstream.requests.map(\.body) == ["hello"])
                #expect(upstream.requests.first?.lines("Expect") == ["Expect: 100-continue"])
            }
        }

        @Test func `an answer instead of the word ends the exchange, and the body is never asked for`() async throws {
            let refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmuch"
            try await withGateway(answering: { _ in .init("", atHead: refusal) }) { _, client, upstream in
                let fields = "Expect: 100-continue\r\nContent-Length: 5000000\r\n"
                let received = try await client.exchange(Self.request("PUT /x", fields))
                #expect(received.statuses == [413])
                #expect(received.isClosed)
                #expect(upstream.requests.map(\.body) == [""])
            }
        }

        @Test func `an early final answer reaches a client that goes on sending`() async throws {
            let refusal = "HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope"
            try await withGateway(answering: { _ in .init("", atHead: refusal) }) { tuner, plain, _ in
                let sealed = try WireClient(port: tuner.tlsPort, trusting: tuner.certificatePath)
                for client in [plain, sealed] {
                    let part = WireClient.Step.send(Array(repeating: 120, count: 64 << 10))
                    let head = Self.request("PUT /x", "Content-Length: 5000000\r\n")
                    let received = try await client.exchange(
                        [.send(Array(head.utf8)), part, .await("nope"), part, .pause(.milliseconds(20)), part, part])
                    #expect(received.statuses == [403])
                    #expect(received.text.hasSuffix("nope"))
                    #expect(received.isClosed)
                }
            }
        }

        @Test func `an answer without a body has none, whatever its head says, and the next one follows`() async throws
        {
            let answer: @Sendable (RecordingUpstream.Request) -> RecordingUpstream.Reply = { request in
                switch request.target {
                case "/204": .init("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\n")
                case "/304": .init("HTTP/1.1 304 Same\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n")
                case "/head": .init("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                case "/head-chunked": .init("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                default: .ok
                }
            }
            try await withGateway(answering: answer) { _, client, _ in
                let received = try await client.exchange(
                    Self.request("GET /204") + Self.request("GET /304") + Self.request("HEAD /head")
                        + Self.request("HEAD /head-chunked") + Self.last)
                #expect(received.statuses == [204, 304, 200, 200, 200])
                let answers = received.text.split(separator: "HTTP/1.1 ").map(String.init)
                #expect(answers.dropLast().allSatisfy { $0.hasSuffix("\r\n\r\n") })
                #expect(answers.last?.hasSuffix("\r\n\r\nok") == true)
                // A client that believed it would take the next answer for this one's body (RFC 9110, section 8.6).
                #expect(answers.first?.contains("Content-Length") == false)
                #expect(answers.dropFirst(2).first?.contains("Content-Length: 5\r\n") == true)
            }
        }

        @Test func `a stranger's word on who he is does not go up, in any spelling`() async throws {
            try await withGateway { tuner, _, upstream in
                let stranger = try WireClient(port: tuner.localPort, source: "127.0.0.9")
                let forged = [
                    "X-Forwarded-For", "x_forwarded_for", "X.Forwarded.For", "X-Real-IP", "Forwarded",
                    "X-Forwarded-Proto",
                    "X-Forwarded-Prefix", "True-Client-IP", "X-Client-IP", "X-Original-URL", "Proxy",
                ].map { "\($0): forged\r\n" }.joined()
                let connection = "Connection: close, X-Forwarded-For, X-Real-IP, Host, Content-Length, X-Mine\r\n"
                let received = try await stranger.exchange(
                    Self.request("POST /x", forged + connection + "X-Mine: 1\r\nContent-Length: 2\r\n", "hi"))
                #expect(received.statuses == [200])
                let request = try #require(upstream.requests.first)
                #expect(!request.head.contains("forged"))
                #expect(!request.head.contains("X-Mine"))
                #expect(request.lines("X-Forwarded-For") == ["X-Forwarded-For: 127.0.0.9"])
                #expect(request.lines("X-Real-IP") == ["X-Real-IP: 127.0.0.9"])
                #expect(request.lines("Host") == ["Host: t"])
                #expect(request.body == "hi")
            }
        }

        @Test func `an unknown upgrade is no tunnel: what follows it is a request`() async throws {
            try await withGateway { _, client, upstream in
                let received = try await client.exchange(
                    Self.request("GET /x", "Connection: Upgrade\r\nUpgrade: foo\r\n") + Self.last)
                #expect(received.statuses == [200, 200])
                #expect(upstream.requests.map(\.target) == ["/x", "/last"])
                #expect(upstream.requests.first?.lines("Upgrade") == [])
                #expect(upstream.requests.first?.lines("Connection") == [])
            }
        }

        @Test func `the word on buffering is for the gateway alone`() async throws {
            let answer = "HTTP/1.1 200 OK\r\nX-Accel-Buffering: no\r\nContent-Length: 2\r\n\r\nok"
            try await withGateway(answering: { _ in .init(answer) }) { _, client, _ in
                let received = try await client.exchange(Self.last)
                #expect(received.statuses == [200])
                #expect(!received.text.lowercased().contains("x-accel"))
            }
        }

        @Test func `an empty line before a request does not go up`() async throws {
            try await withGateway { _, client, upstream in
                let received = try await client.exchange(
                    Self.request("POST /1", "Content-Length: 2\r\n", "hi") + "\r\n" + Self.last)
                #expect(received.statuses == [200, 200])
                #expect(upstream.requests.map { $0.head.prefix(4) } == ["POST", "GET "])
            }
        }
    }
}
