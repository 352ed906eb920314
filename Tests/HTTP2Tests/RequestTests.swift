import HTTP2
import Testing

/// From a field section to the head of HTTP/1.1, and what is no request.
@Suite struct RequestTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        let name: String
        let fields: [(String, String)]
        var ends = true
        var testDescription: String { name }
    }

    private static func without(_ name: String) -> [(String, String)] { Block.pseudo().filter { $0.0 != name } }
    private static func with(_ name: String, _ value: String) -> [(String, String)] {
        Block.pseudo().map { $0.0 == name ? (name, value) : $0 }
    }
    private static func adding(_ name: String, _ value: String) -> [(String, String)] {
        Block.pseudo() + [(name, value)]
    }
    private static let tunnel = Block.pseudo("CONNECT", path: "/chat") + [(":protocol", "websocket")]

    static let malformed: [Malformed] = [
        Malformed(name: "no :method", fields: without(":method")),
        Malformed(name: "no :scheme", fields: without(":scheme")),
        Malformed(name: "no :path", fields: without(":path")),
        Malformed(name: "no authority", fields: without(":authority")),
        Malformed(name: "empty :path", fields: with(":path", "")),
        Malformed(name: "empty :method", fields: with(":method", "")),
        Malformed(name: "empty :authority", fields: with(":authority", "")),
        Malformed(name: "a path that begins elsewhere", fields: with(":path", "index.html")),
        Malformed(name: "an absolute :path", fields: with(":path", "http://gate.test/")),
        Malformed(name: "* but not OPTIONS", fields: with(":path", "*")),
        Malformed(name: "a blank in :path", fields: with(":path", "/a b")),
        Malformed(name: "8-bit :path", fields: with(":path", "/é")),
        Malformed(name: "a line end in :path", fields: with(":path", "/ HTTP/1.1\r\nx: y")),
        Malformed(name: "a blank in :method", fields: with(":method", "GET /")),
        Malformed(name: "another :scheme", fields: with(":scheme", "ftp")),
        Malformed(name: "a user in :authority", fields: with(":authority", "me@gate.test")),
        Malformed(name: "a line end in :authority", fields: with(":authority", "a\r\nx: y")),
        Malformed(name: "a slash in :authority", fields: with(":authority", "gate.test/x")),
        Malformed(name: "two :method", fields: Block.pseudo() + [(":method", "GET")]),
        Malformed(name: "two :path", fields: Block.pseudo() + [(":path", "/")]),
        Malformed(name: "two :scheme", fields: Block.pseudo() + [(":scheme", "https")]),
        Malformed(name: "two :authority", fields: Block.pseudo() + [(":authority", "gate.test")]),
        Malformed(name: "an unknown pseudo-header", fields: adding(":test", "ok")),
        Malformed(name: "a response's pseudo-header", fields: adding(":status", "200")),
        Malformed(name: "a pseudo-header behind a field", fields: [("x-test", "ok")] + Block.pseudo()),
        Malformed(name: "upper case", fields: adding("X-Test", "ok")),
        Malformed(name: "an empty name", fields: adding("", "ok")),
        Malformed(name: "a blank in a name", fields: adding("x y", "ok")),
        Malformed(name: "a colon in a name", fields: adding("x:y", "ok")),
        Malformed(name: "an 8-bit name", fields: adding("é", "ok")),
        Malformed(name: "LF in a value", fields: adding("x", "a\nb: c")),
        Malformed(name: "CR in a value", fields: adding("x", "a\rb")),
        Malformed(name: "NUL in a value", fields: adding("x", "a\0b")),
        Malformed(name: "DEL in a value", fields: adding("x", "a\u{7f}b")),
        Malformed(name: "a blank before a value", fields: adding("x", " a")),
        Malformed(name: "a tab behind a value", fields: adding("x", "a\t")),
        Malformed(name: "Connection", fields: adding("connection", "keep-alive")),
        Malformed(name: "Keep-Alive", fields: adding("keep-alive", "1")),
        Malformed(name: "Proxy-Connection", fields: adding("proxy-connection", "x")),
        Malformed(name: "Transfer-Encoding", fields: adding("transfer-encoding", "chunked"), ends: false),
        Malformed(name: "Upgrade", fields: adding("upgrade", "websocket")),
        Malformed(name: "TE of more", fields: adding("te", "trailers, deflate")),
        Malformed(name: "another Host", fields: adding("host", "other.test")),
        Malformed(name: "two Host", fields: adding("host", "gate.test") + [("host", "gate.test")]),
        Malformed(name: "an empty Host", fields: without(":authority") + [("host", "")]),
        Malformed(name: "a length of no number", fields: adding("content-length", "+1"), ends: false),
        Malformed(name: "an endless length", fields: adding("content-length", "9999999999999999999"), ends: false),
        Malformed(name: "an empty length", fields: adding("content-length", ""), ends: false),
        Malformed(name: "two lengths", fields: adding("content-length", "1") + [("content-length", "1")], ends: false),
        Malformed(name: "a length but no body", fields: adding("content-length", "1")),
        Malformed(name: "CONNECT with a path", fields: Block.pseudo("CONNECT")),
        Malformed(name: "CONNECT without authority", fields: [(":method", "CONNECT")]),
        Malformed(
            name: ":protocol without CONNECT", fields: Block.pseudo() + [(":protocol", "websocket")], ends: false),
        Malformed(name: "a tunnel without a path", fields: tunnel.filter { $0.0 != ":path" }, ends: false),
        Malformed(name: "a tunnel without a scheme", fields: tunnel.filter { $0.0 != ":scheme" }, ends: false),
        Malformed(name: "a tunnel that has ended", fields: tunnel),
        Malformed(name: "a tunnel with a length", fields: tunnel + [("content-length", "0")], ends: false),
    ]

    @Test(arguments: malformed)
    func `a malformed request is reset and never shown`(request: Malformed) {
        for first: UInt8 in [0x00, 0x10, 0x40] {
            var client = Client.ready()
            client.send(ClientFrame.headers(1, Block.of(request.fields, first: first), ends: request.ends))
            #expect(client.told == [])
            #expect(client.takeFrames() == [.reset(1, .protocolError)])
            #expect(client.connection.openCount == 0)
        }
    }

    static let plain: [(fields: [(String, String)], text: String)] = [
        (
            Block.pseudo(path: "/a?b=c") + [("accept", "*/*"), ("x-x", "ü")],
            "GET /a?b=c HTTP/1.1\r\nHost: gate.test\r\naccept: */*\r\nx-x: ü\r\n\r\n"
        ),
        (Block.pseudo("OPTIONS", path: "*"), "OPTIONS * HTTP/1.1\r\nHost: gate.test\r\n\r\n"),
        (
            [(":path", "/"), (":method", "GET"), (":scheme", "http"), ("host", "a.test:80"), ("x", "")],
            "GET / HTTP/1.1\r\nHost: a.test:80\r\nx: \r\n\r\n"
        ),
        (
            Block.pseudo() + [("a", "1"), ("host", "GATE.test"), ("b", "2")],
            "GET / HTTP/1.1\r\nHost: gate.test\r\na: 1\r\nb: 2\r\n\r\n"
        ),
        (
            Block.pseudo() + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")],
            "GET / HTTP/1.1\r\nHost: gate.test\r\nx: y\r\nCookie: a=1; b=2; c=3\r\n\r\n"
        ),
        (
            Block.pseudo() + [("te", "trailers"), ("content-length", "0")],
            "GET / HTTP/1.1\r\nHost: gate.test\r\nte: trailers\r\ncontent-length: 0\r\n\r\n"
        ),
        (
            [(":method", "CONNECT"), (":authority", "far.test:443")],
            "CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\n\r\n"
        ),
        (
            Block.pseudo() + [("sec-websocket-key", "x")],
            "GET / HTTP/1.1\r\nHost: gate.test\r\nsec-websocket-key: x\r\n\r\n"
        ),
    ]

    @Test(arguments: plain)
    func `a request becomes a head of HTTP 1`(fields: [(String, String)], text: String) {
        for first: UInt8 in [0x00, 0x10, 0x40] {
            var client = Client.ready()
            let block = Block.of(fields, first: first)
            client.send(ClientFrame.headers(1, block) + ClientFrame.headers(3, block))
            let expected = [1, 3].map { Told.head($0, text, hasEnded: true, isTunnel: false) }
            #expect(client.told == expected)
        }
    }

    static let tunnels: [(fields: [(String, String)], lines: String)] = [
        (
            [("sec-websocket-version", "13"), ("sec-websocket-key", "forged"), ("origin", "https://gate.test")],
            "sec-websocket-version: 13\r\norigin: https://gate.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        ),
        ([], "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
    ]

    @Test(arguments: tunnels)
    func `a tunnel becomes an upgrade with a key of ours`(fields: [(String, String)], lines: String) {
        var client = Client.ready()
        for index in 0..<16 { client.workspace.tunnelEntropy[index] = UInt8(index * 17) }
        client.send(ClientFrame.headers(1, Block.of(Self.tunnel + fields), ends: false) + ClientFrame.data(1, [0x81]))
        let head =
            "GET /chat HTTP/1.1\r\nHost: gate.test\r\n\(lines)Sec-WebSocket-Key: ABEiM0RVZneImaq7zN3u/w==\r\n\r\n"
        #expect(client.told == [.head(1, head, hasEnded: false, isTunnel: true), .data(1, [0x81], hasEnded: false)])
        // Only DATA may follow (RFC 9113, section 8.5).
        client.send(ClientFrame.headers(1, Block.of([("x", "y")])))
        #expect(client.takeFrames() == [.reset(1, .protocolError)])
    }

    @Test func `a tunnel for another protocol is the owner's to refuse`() {
        var client = Client.ready()
        let fields = Block.pseudo("CONNECT") + [(":protocol", "connect-udp")]
        client.send(ClientFrame.headers(1, Block.of(fields), ends: false))
        #expect(client.told == [.unsupported(1)])
    }

    static let bodies: [(name: String, bytes: [UInt8])] = [
        ("shorter", ClientFrame.data(1, [1, 2], ends: true)), ("longer", ClientFrame.data(1, [1, 2, 3, 4])),
        ("shorter, with trailers", ClientFrame.data(1, [1]) + ClientFrame.headers(1, Block.of([("x", "y")]))),
        ("longer, in two frames", ClientFrame.data(1, [1, 2]) + ClientFrame.data(1, [3, 4], ends: true)),
    ]

    @Test(arguments: bodies)
    func `a body of another length than told is malformed`(name: String, bytes: [UInt8]) {
        var client = Client.ready()
        client.send(ClientFrame.headers(1, Block.post([("content-length", "3")]), ends: false) + bytes)
        #expect(client.told.last == .reset(1))
        #expect(client.takeFrames() == [.reset(1, .protocolError)])
    }
}
