import Testing

@testable import AuditTrail

@Suite struct EscapedTextTests {
    @Test(arguments: [
        ("", ""),
        ("curl/8.5.0", "curl/8.5.0"),
        ("a b~", "a b~"),
        ("\u{1b}[2J", #"\x1b[2J"#),
        ("a\r\nb\tc\u{0}", #"a\x0d\x0ab\x09c\x00"#),
        ("\u{7f}", #"\x7f"#),
        ("é", #"\xc3\xa9"#),
        ("\u{202e}", #"\xe2\x80\xae"#),
        (#"\x41"#, #"\\x41"#),
    ])
    func `only printable ASCII stays as it is`(sent: String, kept: String) {
        #expect(EscapedText.escape(Array(sent.utf8).span, limit: 64) == kept)
    }

    /// Each row: what is sent, and what is kept where ten characters may be.
    @Test(arguments: [
        ("1234567890", "1234567890"),
        ("12345678901", "1234567..."),
        ("\u{1}\u{1}", #"\x01\x01"#),
        ("\u{1}\u{1}\u{1}", #"\x01..."#),
        ("1234567\u{1}", "1234567..."),
        ("123456\u{1}", #"123456\x01"#),
        ("123456\\\\", #"123456\\\\"#),
        ("1234567\\\\", "1234567..."),
    ])
    func `a long text is cut between characters and says so`(sent: String, kept: String) {
        #expect(EscapedText.escape(Array(sent.utf8).span, limit: 10) == kept)
    }

    @Test func `a megabyte costs no more than the limit`() {
        let sent = [UInt8](repeating: 0xff, count: 1 << 20)
        let kept = EscapedText.escape(sent.span, limit: 256)
        #expect(kept.utf8.count <= 256)
        #expect(kept.hasSuffix("..."))
    }

    @Test func `bytes that are no UTF-8 are kept as what they are`() {
        let sent: [UInt8] = [0xff, 0x41, 0xc3]
        #expect(EscapedText.escape(sent.span, limit: 64) == #"\xffA\xc3"#)
    }
}
