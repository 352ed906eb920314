import Testing

@testable import S3

@Suite struct AWSChunkedDecoderTests {
    static let body = "6\r\nhello\n\r\na;chunk-signature=0\r\n0123456789\r\n0\r\nx-amz-checksum-crc32:NjowIA==\r\n\r\n"

    /// What comes out of pieces of a body, or the code with which it is refused.
    static func decode(_ pieces: [[UInt8]]) -> (bytes: [UInt8], trailers: HeaderList?, refused: S3Error.Code?) {
        var decoder = AWSChunkedDecoder()
        var output: [UInt8] = []
        do {
            for piece in pieces { try decoder.decode(piece, into: &output) }
            return (output, try decoder.finish(), nil)
        } catch {
            return (output, nil, error.code)
        }
    }

    @Test func `a body is the same wherever it is cut`() {
        let bytes = Array(Self.body.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]].map(Array.init)
                let result = Self.decode(pieces)
                #expect(result.bytes == Array("hello\n0123456789".utf8))
                #expect(result.trailers?["x-amz-checksum-crc32"] == "NjowIA==")
            }
        }
        #expect(Self.decode(bytes.map { [$0] }).bytes == Array("hello\n0123456789".utf8))
    }

    @Test func `a body that ends early anywhere is incomplete`() {
        let bytes = Array(Self.body.utf8)
        for end in bytes.indices { #expect(Self.decode([Array(bytes[..<end])]).refused == .incompleteBody) }
    }

    @Test(
        arguments: [
            ("0\r\n\r\n", ""), ("1\r\na\r\n00\r\n\r\n", "a"),
            ("x\r\n", nil), ("\r\n", nil), ("-1\r\n", nil), ("000000001\r\na", nil), (" 1\r\na", nil),
            ("1\na\r\n0\r\n\r\n", nil), ("1\r\nab\r\n", nil), ("1\r\na0\r\n\r\n", nil),
            ("1000001\r\n", nil), ("ffffffff\r\n", nil),
            ("0\r\nno colon\r\n\r\n", nil), ("0\r\n\r\nmore", nil),
        ] as [(String, String?)])
    func `framing is strict and bounded`(body: String, decoded: String?) {
        let result = Self.decode([Array(body.utf8)])
        #expect((result.refused == nil) == (decoded != nil))
        #expect(result.refused != .incompleteBody)
        if let decoded { #expect(result.bytes == Array(decoded.utf8)) }
    }

    @Test func `a line or trailer without an end is refused before it fills the memory`() {
        func x(_ count: Int) -> String { String(repeating: "x", count: count) }
        let trailer = "a:" + x(1000) + "\r\n"
        for body in ["1;" + x(2000), "0\r\na:" + x(9000), "0\r\n" + String(repeating: trailer, count: 9)] {
            #expect(Self.decode([Array(body.utf8)]).refused == .invalidRequest)
        }
    }
}
