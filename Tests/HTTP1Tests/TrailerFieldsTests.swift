import HTTP1
import Testing

@Suite struct TrailerFieldsTests {
    private func trailers(_ body: String, cut: Int? = nil) throws -> [UInt8] {
        let bytes = Array(body.utf8)
        var reader = BodyReader(.chunked)
        for piece in [bytes[..<(cut ?? bytes.count)], bytes[(cut ?? bytes.count)...]] {
            _ = try reader.take(Array(piece).span, from: 0) { _ in }
        }
        return reader.trailers
    }

    private func passable(_ lines: String) -> String {
        String(decoding: TrailerFields.passable(Array(lines.utf8).span, names: FieldNames()), as: UTF8.self)
    }

    @Test func `trailers are kept as they came, however they are cut`() throws {
        let lines = "Grpc-Status: 0\r\nX-Sum:\tabc \r\nEmpty:\r\n"
        let body = "3;x\r\nabc\r\n0\r\n" + lines + "\r\n"
        for cut in 0...body.utf8.count {
            #expect(try trailers(body, cut: cut) == Array(lines.utf8), "cut at \(cut)")
        }
        #expect(try trailers("3\r\nabc\r\n0\r\n\r\n").isEmpty)
        #expect(BodyReader(.length(3)).trailers.isEmpty)
    }

    @Test func `what a trailer may say passes`() {
        let lines =
            "grpc-status: 0\r\nGrpc-Message:\r\nServer-Timing: a;dur=1\r\nx-amz-checksum-crc32: x\r\nETag: \"a\"\r\n"
        #expect(passable(lines) == lines)
    }

    @Test(arguments: [
        "Transfer-Encoding", "content-length", "Host", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect",
        "X-Forwarded-For", "X-Forwarded-Anything", "X_Forwarded_For", "X.Real.IP", "X-Real-IP", "Forwarded", "Proxy",
        "Authorization", "Cookie", "Set-Cookie", "Content-Type", "Content-Encoding", "Content-Range", "Cache-Control",
        "If-None-Match", "Range", "Max-Forwards", "Location", "Date", "Vary", "Retry-After", "X-Request-ID",
        "WWW-Authenticate", "Proxy-Authenticate", "Sec-WebSocket-Key", "Access-Control-Allow-Origin",
        "X-Accel-Buffering",
    ])
    func `what frames, routes, authenticates or describes a message is no trailer`(name: String) {
        #expect(passable("A: 1\r\n\(name): 99\r\nB: 2\r\n") == "A: 1\r\nB: 2\r\n")
    }

    @Test func `trailers have a bound`() {
        let line = "A: \(String(repeating: "b", count: 1000))\r\n"
        #expect(throws: Never.self) { try trailers("0\r\n" + String(repeating: line, count: 8) + "\r\n") }
        let error = #expect(throws: HeadError.self) { try trailers("0\r\n" + String(repeating: line, count: 9)) }
        #expect(error?.status == 431)
    }
}
