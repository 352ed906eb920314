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
}
