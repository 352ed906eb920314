import HTTP1
import Testing

@Suite struct RequestHeadTests {
    /// What parsing a whole input comes to: the head's length or the refusal's status.
    private func parse(_ text: String) -> Result<Int?, HeadError> {
        parse(Array(text.utf8))
    }

    private func parse(_ bytes: [UInt8]) -> Result<Int?, HeadError> {
        var head = RequestHead()
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
        ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
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

    @Test func `only the exact method HEAD has no body in its answer`() throws {
        var head = RequestHead()
        _ = try head.parse(Array("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n".utf8).span)
        #expect(head.isHead)
        _ = try head.parse(Array("head / HTTP/1.1\r\nHost: x\r\n\r\n".utf8).span)
        #expect(!head.isHead)
    }

    @Test func `a parsed head holds nothing of the one before`() throws {
        var head = RequestHead()
        _ = try head.parse(
            Array("POST / HTTP/1.0\r\nHost: x\r\nContent-Length: 7\r\nConnection: close, a\r\n\r\n".utf8).span)
        _ = try head.parse(Array("GET / HTTP/1.1\r\nHost: y\r\n\r\n".utf8).span)
        #expect(head.framing == .none)
        #expect(head.keepsAlive)
        #expect(head.fields.count == 1)
        let stillNamed = head.options.names(Array("a".utf8).span)
        #expect(!stillNamed)
    }
}
