import HTTP1
import Testing

@Suite struct RequestHeadTests {
    /// Shared, since they take longer to make than a head to parse.
    private static let names = FieldNames()

    /// What parsing a whole input comes to: the head's length or the refusal's status.
    private func parse(_ text: String) -> Result<Int?, HeadError> {
        parse(Array(text.utf8))
    }

    private func parse(_ bytes: [UInt8]) -> Result<Int?, HeadError> {
        var head = RequestHead(names: Self.names)
        do {
            return .success(try head.parse(bytes.span))
        } catch {
            return .failure(error)
        }
    }

    private static let accepted = [
        "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET /a%2Fb/../c//d?x=%00&y HTTP/1.1\r\nHost: example.com:8001\r\n\r\n",
        "PUT /k HTTP/1.1\r\nHost: [::1]:8001\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nhost:x\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nX-Blank: \t \r\nX-Text: caf\u{e9} \u{1F600}\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET https://[::1]:8001?q HTTP/1.1\r\nHost: [::1]:8001\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://Example.com/a HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "M-SEARCH!#$%&'*+.^_`|~ /x HTTP/1.1\r\nHost: x\r\n\r\n",
    ]

    @Test(arguments: accepted)
    func `an honest request is taken, however it is cut`(text: String) throws {
        let bytes = Array(text.utf8)
        #expect(try parse(bytes).get() == bytes.count)
        for cut in 0..<bytes.count {
            #expect(try parse(Array(bytes[..<cut])).get() == nil, "cut at \(cut)")
        }
        #expect(try parse(bytes + Array("GET ".utf8)).get() == bytes.count)
    }

    /// The table of the peers' weaknesses; each row is a request that at least one of them lets through.
    private static let refused: [(text: String, status: Int)] = [
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.1\nHost: x\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nB\u{e4}d: y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: user@x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400),
        ("GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET nopath HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", 405),
        ("CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("GET / http/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /  HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\u{e4} HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\u{7f} HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET http:/// HTTP/1.0\r\nHost:\r\n\r\n", 400),
        ("GET /x#y HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("G\u{e4}T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: something\r\n\r\n", 417),
    ]

    @Test(arguments: refused)
    func `a doubtful request is refused, and never taken before it is whole`(text: String, status: Int) {
        let bytes = Array(text.utf8)
        guard case .failure(let error) = parse(bytes) else {
            Issue.record("was taken")
            return
        }
        #expect(error.status == status)
        for cut in 0..<bytes.count {
            switch parse(Array(bytes[..<cut])) {
            case .success(let length): #expect(length == nil, "cut at \(cut)")
            case .failure(let early): #expect(early.status == status, "cut at \(cut)")
            }
        }
    }

    @Test func `heads have a bound in fields, in bytes, and in the target`() {
        let start = "GET / HTTP/1.1\r\nHost: x\r\n"
        let hundred = start + String(repeating: "A: b\r\n", count: 99) + "\r\n"
        #expect(parse(hundred) == .success(hundred.utf8.count))
        #expect(status(start + String(repeating: "A: b\r\n", count: 100) + "\r\n") == 431)
        #expect(status(start + "A: " + String(repeating: "b", count: 33 * 1024)) == 431)
        #expect(status("GET /" + String(repeating: "a", count: 17 * 1024) + " HTTP/1.1\r\n") == 414)
        #expect(status(String(repeating: "A", count: 40)) == 400)
    }

    @Test func `the limits are the owner's, and may change between two heads`() throws {
        var head = RequestHead(limits: HeadLimits(bytes: 100, fields: 2, targetBytes: 5))
        let small = Array("GET /1234 HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n".utf8)
        let length = try head.parse(small.span)
        #expect(length == small.count)
        let target = Array("GET /12345 ".utf8)
        let fields = Array("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\nC: d\r\n\r\n".utf8)
        let long = Array("GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "b", count: 70))\r\n\r\n".utf8)
        for (bytes, status) in [(target, 414), (fields, 431), (long, 431), (Array(long[..<100]), 431)] {
            let error = #expect(throws: HeadError.self) { try head.parse(bytes.span) }
            #expect(error?.status == status)
        }
        head.limits = HeadLimits()
        let whole = try head.parse(long.span)
        #expect(whole == long.count)
    }

    @Test func `a head that came to a line's end is worth another look, and no other`() {
        let (start, ending) = (Array("GET / HT".utf8), Array("TP/1.1\r\nHo".utf8))
        let (before, after) = (RequestHead.isWorthParsing(start.span), RequestHead.isWorthParsing(ending.span))
        #expect(!before)
        #expect(after)
    }

    @Test func `a name may hold what the grammar lists, and nothing else`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: ":") {
            let bytes = Array("GET / HTTP/1.1\r\nHost: x\r\nA".utf8) + [byte] + Array(": b\r\n\r\n".utf8)
            #expect(((try? parse(bytes).get()) != nil) == token.contains(byte), "\(byte)")
        }
    }

    @Test func `a value may hold all but controls, wherever it is`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0...17 {
                var value = Array(repeating: UInt8(ascii: "v"), count: 18)
                value[place] = byte
                let bytes = Array("GET / HTTP/1.1\r\nHost: x\r\nA: ".utf8) + value + Array("\r\n\r\n".utf8)
                let fits = byte == 9 || (byte >= 32 && byte != 127)
                #expect(((try? parse(bytes).get()) != nil) == fits, "\(byte) at \(place)")
            }
        }
    }

    @Test func `a target may hold visible ASCII but no fragment, wherever it is`() {
        for byte in UInt8.min...UInt8.max {
            for place in 1...17 {
                var target = Array(repeating: UInt8(ascii: "t"), count: 18)
                target[0] = UInt8(ascii: "/")
                target[place] = byte
                let bytes = Array("GET ".utf8) + target + Array(" HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                let fits = byte > 32 && byte < 127 && byte != UInt8(ascii: "#")
                #expect(((try? parse(bytes).get()) != nil) == fits, "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n", true),
        ("GET / HTTP/1.1", "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n", true),
        ("GET / HTTP/1.1", "Upgrade: websocket\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: websocket\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n", false),
        ("GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n", false),
        ("GET / HTTP/1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false),
        ("POST / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", false),
    ])
    func `only a bare GET that offers WebSocket alone asks for a tunnel`(line: String, fields: String, asks: Bool)
        throws
    {
        var head = RequestHead()
        _ = try head.parse(Array("\(line)\r\nHost: x\r\n\(fields)\r\n".utf8).span)
        #expect(head.asksForWebSocket == asks)
    }

    @Test func `the method is found behind an empty line`() throws {
        var head = RequestHead()
        _ = try head.parse(Array("\r\nHEAD /x HTTP/1.1\r\nHost: x\r\nTE: gzip, Trailers\r\n\r\n".utf8).span)
        #expect(head.method == 2..<6)
        #expect(head.isHead == true)
        #expect(head.takesTrailers == true)
    }

    private func status(_ text: String) -> Int? {
        guard case .failure(let error) = parse(text) else { return nil }
        return error.status
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "X, CLOSE", false),
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Keep-Alive", true), ("HTTP/1.0", "keep-alive, close", false),
    ])
    func `a connection stays open as the version and its options say`(version: String, options: String, stays: Bool)
        throws
    {
        var head = RequestHead()
        let connection = options.isEmpty ? "" : "Connection: \(options)\r\n"
        _ = try head.parse(Array("GET / \(version)\r\nHost: x\r\n\(connection)\r\n".utf8).span)
        #expect(head.keepsAlive == stays)
    }

    @Test func `the names of a Connection header are found whole`() throws {
        var head = RequestHead()
        _ = try head.parse(
            Array("GET / HTTP/1.1\r\nHost: x\r\nConnection: X-One ,, x-TWO\r\nConnection: three\r\n\r\n".utf8).span)
        for (name, isNamed) in [("x-one", true), ("X-Two", true), ("three", true), ("x-on", false), ("onex", false)] {
            let found = head.options.names(Array(name.utf8).span)
            #expect(found == isNamed, "\(name)")
        }
    }

    @Test func `only the exact method HEAD has no body in its answer`() throws {
        var head = RequestHead()
        _ = try head.parse(Array("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n".utf8).span)
        #expect(head.isHead == true)
        _ = try head.parse(Array("head / HTTP/1.1\r\nHost: x\r\n\r\n".utf8).span)
        #expect(head.isHead == false)
    }

    @Test func `a parsed head holds nothing of the one before`() throws {
        var head = RequestHead()
        _ = try head.parse(
            Array(
                "POST / HTTP/1.0\r\nHost: x\r\nContent-Length: 7\r\nConnection: close, a, upgrade\r\nTE: trailers\r\n\r\n"
                    .utf8
            ).span)
        _ = try head.parse(Array("GET / HTTP/1.1\r\nHost: y\r\n\r\n".utf8).span)
        #expect(head.framing == .none)
        #expect(head.keepsAlive == true)
        #expect(head.fields.count == 1)
        #expect(head.options.upgrade == false)
        #expect(head.takesTrailers == false)
        let stillNamed = head.options.names(Array("a".utf8).span)
        #expect(!stillNamed)
    }
}
