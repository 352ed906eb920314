import HTTP1
import Testing

@Suite struct ResponseHeadTests {
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", BodyFraming.length(12), true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .chunked, true),
        ("HTTP/1.1 200 OK\r\n\r\n", .untilClose, true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", .length(1), false),
        ("HTTP/1.1 204 No Content\r\n\r\n", BodyFraming.none, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nConnection: close\r\n\r\n", BodyFraming.none, false),
        ("HTTP/1.1 100 Continue\r\n\r\n", BodyFraming.none, true),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .length(0), true),
        ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", .length(0), true),
        ("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", BodyFraming.none, true),
    ])
    func `a head says where its body ends and whether the connection stays`(
        text: String, framing: BodyFraming, keepsAlive: Bool
    ) throws {
        var head = ResponseHead()
        let bytes = Array(text.utf8)
        let length = try head.parse(bytes.span)
        #expect(length == bytes.count)
        #expect(head.framing(isHead: false) == framing)
        #expect(head.framing(isHead: true) == .none)
        #expect(head.keepsAlive == keepsAlive)
        for cut in 0..<bytes.count {
            let early = try head.parse(Array(bytes[..<cut]).span)
            #expect(early == nil, "cut at \(cut)")
        }
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\nxxxxxxx", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 20 OK\r\n\r\nxxx",
        "HTTP/1.x 200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
        "x", "HTTX",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 099 No\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n",
    ])
    func `an upstream that cannot be believed is a bad gateway`(text: String) {
        var head = ResponseHead()
        let error = #expect(throws: HeadError.self) { try head.parse(Array(text.utf8).span) }
        #expect(error?.status == 502 || error?.status == 400)
    }

    @Test func `an answer has a bound in fields and in bytes`() {
        let fields = "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 201)
        let bytes = "HTTP/1.1 200 OK\r\nA: \(String(repeating: "b", count: 33 << 10))\r\n\r\n"
        for text in [fields, bytes] {
            var head = ResponseHead()
            #expect(throws: HeadError.self) { try head.parse(Array(text.utf8).span) }
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n", true),
        ("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n", false),
        ("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n", false),
        ("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\n\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", false),
        ("HTTP/1.0 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", false),
    ])
    func `only a 101 that says so grants a tunnel`(text: String, grants: Bool) throws {
        var head = ResponseHead()
        _ = try head.parse(Array(text.utf8).span)
        #expect(head.grantsWebSocket == grants)
        #expect((head.isInterim && head.status == 101) == false)
    }

    @Test func `a backend can forbid buffering, for one answer`() throws {
        var head = ResponseHead()
        _ = try head.parse(Array("HTTP/1.1 200 OK\r\nx-accel-buffering: No\r\nContent-Length: 0\r\n\r\n".utf8).span)
        #expect(head.forbidsBuffering == true)
        _ = try head.parse(Array("HTTP/1.1 204 OK\r\n\r\n".utf8).span)
        #expect(head.forbidsBuffering == false)
        #expect(head.forbidsFraming == true)
    }
}
