import HTTP1
import NetworkAddress
import Reactor
import Testing

@testable import GatewayServer

@Suite struct ForwardedHeadTests {
    /// The head that goes up for a client at this address.
    private func forward(_ text: String, client: String = "203.0.113.9") throws -> String {
        let bytes = Array(text.utf8)
        var head = RequestHead()
        let length = try #require(try head.parse(bytes.span))
        let address = try #require(IPAddress(client))
        let identity = ClientIdentity.lines(client: address, isSecure: true)
        let buffer = Buffer(capacity: 4096)
        ForwardedHead.write(
            head, bytes.span.extracting(0..<length), identity: identity.span, requestID: 0xabc,
            asksForTunnel: head.asksForWebSocket, to: buffer)
        return written(in: buffer)
    }

    private func written(in buffer: Buffer) -> String {
        let bytes = buffer.bytes
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    @Test func `the request passes as it came, with our word on who sent it`() throws {
        let head = try forward(
            "PUT /a%2F//b?x=%20 HTTP/1.1\r\nHost: t:8001\r\nContent-Length:\t03 \r\nAccept: */*\r\n\r\nabc")
        #expect(
            head == """
                PUT /a%2F//b?x=%20 HTTP/1.1\r\nHost: t:8001\r\nAccept: */*\r\nContent-Length: 3\r\n\
                X-Real-IP: 203.0.113.9\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\
                Forwarded: for=203.0.113.9;proto=https\r\nX-Forwarded-Host: t:8001\r\nX-Request-ID: 0000000000000abc\r\n\r\n
                """)
    }

    @Test(arguments: [
        "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1", "X_Forwarded_For: 127.0.0.1",
        "X.Forwarded.For: 127.0.0.1", "x-forwarded-host: evil", "X-Forwarded-Prefix: /x", "True-Client-IP: 127.0.0.1",
        "CF-Connecting-IP: 127.0.0.1", "Connection: close", "Keep-Alive: 5", "Upgrade: websocket", "TE: deflate",
        "X-Request-ID: has a blank", "Proxy-Connection: x",
    ])
    func `what only we may say, or only this connection, does not pass`(line: String) throws {
        let plain = try forward("GET / HTTP/1.1\r\nHost: t\r\nA: 1\r\nB: 2\r\n\r\n")
        #expect(try forward("GET / HTTP/1.1\r\nHost: t\r\nA: 1\r\n\(line)\r\nB: 2\r\n\r\n") == plain)
        #expect(try forward("GET / HTTP/1.1\r\n\(line)\r\nHost: t\r\nA: 1\r\nB: 2\r\n\(line)\r\n\r\n") == plain)
    }

    @Test func `the client's Connection list takes its own fields away, and none of ours`() throws {
        let head = try forward(
            "POST / HTTP/1.1\r\nHost: t\r\nConnection: X-Mine, X-Forwarded-For, Content-Length, Host\r\nX-Mine: 1\r\nContent-Length: 0\r\n\r\n"
        )
        #expect(!head.contains("X-Mine"))
        #expect(head.contains("X-Forwarded-For: 203.0.113.9\r\n"))
        #expect(head.contains("Content-Length: 0\r\n"))
        #expect(head.contains("\r\nHost: t\r\n"))
    }

    @Test func `a client's own request id passes if it is harmless, once`() throws {
        let head = try forward("GET / HTTP/1.1\r\nX-Request-ID: abc-1\r\nX-Request-ID: def-2\r\nHost: t\r\n\r\n")
        #expect(head.contains("X-Request-ID: abc-1\r\n"))
        #expect(!head.contains("def-2"))
        #expect(!head.contains("0abc"))
    }

    @Test func `an old client's request goes up as HTTP/1.1 with a host`() throws {
        let head = try forward("GET /x HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")
        #expect(head.hasPrefix("GET /x HTTP/1.1\r\nHost: localhost\r\nX-Real-IP"))
        #expect(!head.contains("Expect"))
    }

    @Test func `trailers and a WebSocket are asked for in our own words`() throws {
        let head = try forward(
            "GET /ws HTTP/1.1\r\nHost: t\r\nConnection: keep-alive, Upgrade, TE\r\nUpgrade: WebSocket\r\nTE: trailers\r\n\r\n"
        )
        #expect(head.contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nTE: trailers\r\n"))
        #expect(!head.contains("WebSocket"))
        let other = try forward("GET /ws HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n")
        #expect(!other.contains("pgrade"))
    }
}
