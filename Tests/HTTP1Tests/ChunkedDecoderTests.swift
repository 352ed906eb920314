import HTTP1
import Testing

@Suite struct ChunkedDecoderTests {
    private struct Decoded: Equatable {
        var payload: [UInt8] = []
        /// Where the body ended, counted from the first byte; nil if it did not.
        var end: Int?
    }

    /// Decodes pieces as they would come from a connection.
    private func decode(_ pieces: [[UInt8]]) throws(HeadError) -> Decoded {
        var decoder = ChunkedDecoder()
        var decoded = Decoded()
        var before = 0
        for piece in pieces {
            var index = 0
            steps: while decoded.end == nil {
                switch try decoder.next(piece.span, from: index) {
                case .payload(let range):
                    decoded.payload += piece[range]
                    index = range.upperBound
                case .needsMore: break steps
                case .ended(let end): decoded.end = before + end
                }
            }
            before += piece.count
        }
        return decoded
    }

    @Test(arguments: [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("00A\r\n0123456789\r\n1;name=\"v\"\r\nx\r\n0\r\n\r\n", "0123456789x"),
        ("3\r\n\r\n0\r\n0\r\nTrailer: x\r\nOther:\r\n\r\n", "\r\n0"),
    ])
    func `payload comes out whole, however it is cut`(text: String, payload: String) throws {
        let bytes = Array(text.utf8) + Array("GET /next".utf8)
        let expected = Decoded(payload: Array(payload.utf8), end: text.utf8.count)
        #expect(try decode([bytes]) == expected)
        #expect(try decode(bytes.map { [$0] }) == expected)
        for cut in 0..<bytes.count {
            #expect(try decode([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
        }
    }

    @Test(arguments: [
        "5\nhello\r\n", "5\r\nhelloX\n", "5\r\nhello\n0\r\n\r\n", "0x5\r\n", "+5\r\n", " 5\r\n", "5 \r\n", "\r\n",
        ";x\r\n",
        "g\r\n", "-1\r\n", "1234567890123456\r\n", "5;a\nb\r\n", "5;\u{0}\r\n", "5\r\rhello", "0\r\nX: a\nb\r\n\r\n",
        "0\r\n\n",
        "0\r\n: x\r\n\r\n", "0\r\n folded\r\n\r\n", "0\r\nno colon\r\n\r\n", "0\r\nA : b\r\n\r\n",
    ])
    func `what breaks the grammar is refused at the byte that breaks it`(text: String) {
        #expect(throws: HeadError.self) { try decode([Array(text.utf8)]) }
        #expect(throws: HeadError.self) { try decode(Array(text.utf8).map { [$0] }) }
    }

    @Test func `lines and trailers have a bound`() {
        #expect(throws: HeadError.self) { try decode([Array(("5;" + String(repeating: "x", count: 5000)).utf8)]) }
        let trailers = "0\r\n" + String(repeating: "A: \(String(repeating: "b", count: 1000))\r\n", count: 9)
        #expect(throws: HeadError.self) { try decode([Array(trailers.utf8)]) }
    }
}
