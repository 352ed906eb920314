/// The table of what other servers let through, row by row, as bytes: how many requests may pass, and what the client is
/// told of the one behind them.
///
/// It is held against the parsers and against the running gateway.
public enum StrictnessTable {
    public struct Row: Sendable, CustomStringConvertible {
        public let name: String
        public let bytes: [UInt8]
        /// Requests that may reach the backend.
        public let requests: Int
        /// The status of the refusal that ends the connection behind them; nil when there is none.
        public let refusal: Int?

        public var description: String { name }

        init(_ name: String, _ text: String, _ requests: Int, _ refusal: Int?) {
            self.name = name
            bytes = Array(text.utf8)
            self.requests = requests
            self.refusal = refusal
        }
    }

    public static let rows = framing + chunks + lines + hosts + requestLines + honest

    private static func post(_ fields: String, _ body: String = "") -> String {
        "POST /x HTTP/1.1\r\nHost: t\r\n\(fields)\r\n\(body)"
    }

    private static func get(_ fields: String) -> String { "GET /x HTTP/1.1\r\nHost: t\r\n\(fields)\r\n" }

    private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

    public static let framing: [Row] = [
        Row("both framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET /"), 0, 400),
        Row("both, the other way", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 0, 400),
        Row("length twice, same", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 0, 400),
        Row("length twice, differing", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 0, 400),
        Row("length as a list", post("Content-Length: 5, 5\r\n", "hello"), 0, 400),
        Row("length with a sign", post("Content-Length: +5\r\n", "hello"), 0, 400),
        Row("length in hex", post("Content-Length: 0x5\r\n", "hello"), 0, 400),
        Row("length empty", post("Content-Length:\r\n"), 0, 400),
        Row("length negative", post("Content-Length: -1\r\n"), 0, 400),
        Row("length beyond 64 bits", post("Content-Length: 18446744073709551621\r\n", "hello"), 0, 400),
        Row("length with a blank inside", post("Content-Length: 5 5\r\n", "hello"), 0, 400),
        Row("coding unknown", post("Transfer-Encoding: gzip\r\n"), 0, 501),
        Row("coding identity", post("Transfer-Encoding: identity\r\n"), 0, 501),
        Row("coding empty", post("Transfer-Encoding:\r\n"), 0, 400),
        Row("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n"), 0, 400),
        Row("chunked not alone", post("Transfer-Encoding: gzip, chunked\r\n"), 0, 400),
        Row("chunked with a parameter", post("Transfer-Encoding: chunked;q=1\r\n"), 0, 400),
        Row("chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n"), 0, 400),
        Row("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 0, 400),
        Row("chunked and identity", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 0, 400),
        Row("blank before the colon", post("Transfer-Encoding : chunked\r\n"), 0, 400),
        Row("vertical tab before chunked", post("Transfer-Encoding: \u{b}chunked\r\n"), 0, 400),
        Row(
            "chunked in HTTP/1.0", "POST /x HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0, 400),
    ]

    public static let chunks: [Row] = [
        Row("size ended by LF", chunked("5\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size ended by CR", chunked("5\rhello\r\n0\r\n\r\n"), 0, 400),
        Row("data ended by LF", chunked("5\r\nhello\n0\r\n\r\n"), 0, 400),
        Row("data with no end", chunked("5\r\nhello0\r\n\r\n"), 0, 400),
        Row("data longer than said", chunked("5\r\nhello!\r\n0\r\n\r\n"), 0, 400),
        Row("extension with LF", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size in C's hex", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size with a sign", chunked("+5\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size negative", chunked("-5\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size with an underscore", chunked("1_0\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size too large", chunked("fffffffffffffffff\r\nhello"), 0, 400),
        Row("size 0 of 16 digits", chunked("0000000000000000\r\n\r\n"), 0, 400),
        Row("size with a blank before it", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size with a blank behind it", chunked("5 \r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("size empty", chunked("\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("end ended by LF", chunked("0\r\n\n"), 0, 400),
        Row("trailer ended by LF", chunked("0\r\nA: b\n\r\n"), 0, 400),
        Row("trailer without a colon", chunked("0\r\nGET /evil HTTP/1.1\r\n\r\n"), 0, 400),
        Row("trailer with a blank name", chunked("0\r\n: b\r\n\r\n"), 0, 400),
        Row("trailer with a blank before its colon", chunked("0\r\nA : b\r\n\r\n"), 0, 400),
        Row("trailer folded", chunked("0\r\nA: b\r\n c\r\n\r\n"), 0, 400),
        Row("trailer with NUL", chunked("0\r\nA: \0\r\n\r\n"), 0, 400),
        Row("forwarding header as a trailer", chunked("0\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"), 1, nil),
    ]

    public static let lines: [Row] = [
        Row("lines ended by LF", "GET /x HTTP/1.1\nHost: t\n\n", 0, 400),
        Row("request line ended by LF", "GET /x HTTP/1.1\nHost: t\r\n\r\n", 0, 400),
        Row("field ended by LF", get("A: b\nC: d\r\n"), 0, 400),
        Row("head ended by LF", "GET /x HTTP/1.1\r\nHost: t\r\n\n", 0, 400),
        Row("bare CR in a value", get("A: b\rc\r\n"), 0, 400),
        Row("bare CR ends the head", "GET /x HTTP/1.1\r\nHost: t\r\n\rX", 0, 400),
        Row("NUL in a value", get("A: b\0c\r\n"), 0, 400),
        Row("NUL in a name", get("A\0: b\r\n"), 0, 400),
        Row("DEL in a value", get("A: b\u{7f}c\r\n"), 0, 400),
        Row("folded", get("A: b\r\n c\r\n"), 0, 400),
        Row("folded with a tab", get("A: b\r\n\tc\r\n"), 0, 400),
        Row("blank line of blanks", get(" \r\n"), 0, 400),
        Row("no colon", get("no colon\r\n"), 0, 400),
        Row("empty name", get(": b\r\n"), 0, 400),
        Row("8-bit name", get("B\u{e4}d: b\r\n"), 0, 400),
        Row("name in quotes", get("\"A\": b\r\n"), 0, 400),
        Row("first line blank-led", "GET /x HTTP/1.1\r\n Host: t\r\n\r\n", 0, 400),
        Row("two empty lines first", "\r\n\r\nGET /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("LF first", "\nGET /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("CR first", "\rGET /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("one empty line first", "\r\nGET /x HTTP/1.1\r\nHost: t\r\n\r\n", 1, nil),
    ]

    public static let hosts: [Row] = [
        Row("two Host", get("Host: t\r\n"), 0, 400),
        Row("two Host, differing", get("Host: u\r\n"), 0, 400),
        Row("no Host", "GET /x HTTP/1.1\r\n\r\n", 0, 400),
        Row("no Host in HTTP/1.0", "GET /x HTTP/1.0\r\n\r\n", 1, nil),
        Row("Host empty", "GET /x HTTP/1.1\r\nHost:\r\n\r\n", 0, 400),
        Row("Host with a user", "GET /x HTTP/1.1\r\nHost: a@t\r\n\r\n", 0, 400),
        Row("Host with a path", "GET /x HTTP/1.1\r\nHost: t/a\r\n\r\n", 0, 400),
        Row("Host with a blank", "GET /x HTTP/1.1\r\nHost: t u\r\n\r\n", 0, 400),
        Row("Host a list", "GET /x HTTP/1.1\r\nHost: t, u\r\n\r\n", 0, 400),
        Row("Host with a port that is none", "GET /x HTTP/1.1\r\nHost: t:80a\r\n\r\n", 0, 400),
        Row("Host with a port of six digits", "GET /x HTTP/1.1\r\nHost: t:800100\r\n\r\n", 0, 400),
        Row("Host with an empty port", "GET /x HTTP/1.1\r\nHost: t:\r\n\r\n", 0, 400),
        Row("Host with two ports", "GET /x HTTP/1.1\r\nHost: t:80:81\r\n\r\n", 0, 400),
        Row("Host with half a bracket", "GET /x HTTP/1.1\r\nHost: [::1\r\n\r\n", 0, 400),
        Row("Host with an escape", "GET /x HTTP/1.1\r\nHost: t%00\r\n\r\n", 0, 400),
        Row("Host with markup", "GET /x HTTP/1.1\r\nHost: t'(a)\r\n\r\n", 0, 400),
        Row("absolute, same host", "GET http://T/x HTTP/1.1\r\nHost: t\r\n\r\n", 1, nil),
        Row("absolute, https", "GET https://t:8001/x HTTP/1.1\r\nHost: t:8001\r\n\r\n", 1, nil),
        Row("absolute, other host", "GET http://u/x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("absolute, other port", "GET http://t:80/x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("absolute with a user", "GET http://t@t/x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("absolute without a host", "GET http:///x HTTP/1.0\r\nHost:\r\n\r\n", 0, 400),
        Row("absolute, other scheme", "GET ftp://t/x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("absolute, file", "GET file:///etc/passwd HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("authority form", "GET t:80 HTTP/1.1\r\nHost: t:80\r\n\r\n", 0, 400),
        Row("CONNECT", "CONNECT t:80 HTTP/1.1\r\nHost: t:80\r\n\r\n", 0, 405),
    ]

    public static let requestLines: [Row] = [
        Row("HTTP/1.2", "GET /x HTTP/1.2\r\nHost: t\r\n\r\n", 0, 505),
        Row("HTTP/2.0 as text", "GET /x HTTP/2.0\r\nHost: t\r\n\r\n", 0, 505),
        Row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, 505),
        Row("HTTP/0.9 written", "GET /x HTTP/0.9\r\nHost: t\r\n\r\n", 0, 505),
        Row("HTTP/0.9", "GET /x\r\n", 0, 400),
        Row("HTTP/1.10", "GET /x HTTP/1.10\r\nHost: t\r\n\r\n", 0, 400),
        Row("HTTP/01.1", "GET /x HTTP/01.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("version in small letters", "GET /x http/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("version of another protocol", "GET /x HTTPS/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("blank behind the version", "GET /x HTTP/1.1 \r\nHost: t\r\n\r\n", 0, 400),
        Row("two blanks", "GET  /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("a tab for a blank", "GET\t/x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("target with a blank", "GET /x y HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("target with a fragment", "GET /x#y HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("target beyond ASCII", "GET /\u{e4} HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("target with a control", "GET /\u{1} HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("method in quotes", "\"GET\" /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("method too long", String(repeating: "A", count: 33) + " /x HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400),
        Row("unknown expectation", post("Content-Length: 5\r\nExpect: 200-ok\r\n"), 0, 417),
        Row("Connection that is no list", get("Connection: a b\r\n"), 0, 400),
        Row("Connection: X-Forwarded-For", get("Connection: X-Forwarded-For\r\nX-Forwarded-For: 1.1.1.1\r\n"), 1, nil),
        Row("Connection with 17 names", get("Connection: " + String(repeating: "a,", count: 17) + "\r\n"), 0, 400),
        Row("upgrade foo", get("Connection: upgrade\r\nUpgrade: foo\r\n") + get(""), 2, nil),
    ]

    public static let honest: [Row] = [
        Row("one behind the other", get("") + post("Content-Length: 5\r\n", "hello") + get(""), 3, nil),
        Row("chunked between two", get("") + chunked("5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\n\r\n") + get(""), 3, nil),
        Row("empty line behind a body", post("Content-Length: 5\r\n", "hello") + "\r\n" + get(""), 2, nil),
        Row("length zero", post("Content-Length: 0\r\n") + get(""), 2, nil),
        Row(
            "values of all kinds",
            get("A: \u{e4}\u{1F600}\t x\r\nB:\r\nC:\t\r\nLonger-Than-Eight: \u{80}12345678\t9\r\n"), 1, nil
        ),
        Row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: [::1]:8001\r\n\r\n", 1, nil),
    ]

    /// Rows too long to be cut at every byte.
    public static let oversized = [
        Row("300 headers", get(many("A: b\r\n", 300)), 0, 431),
        Row("a header of 100 KiB", get("A: \(letters(100 << 10))\r\n"), 0, 431),
        Row("a target of 20 KiB", "GET /\(letters(20 << 10)) HTTP/1.1\r\nHost: t\r\n\r\n", 0, 414),
        Row("a chunk extension of 1 MB", chunked("5;\(letters(1 << 20))\r\nhello\r\n0\r\n\r\n"), 0, 400),
        Row("30 chunk extensions of 900 bytes", chunked(many("1;\(letters(900))\r\nx\r\n", 30)), 0, 400),
        Row("trailers of 9 KB", chunked("0\r\n" + many("A: \(letters(1000))\r\n", 9) + "\r\n"), 0, 431),
    ]

    /// Paths that servers read in different ways: heads like any other, refused by what they ask for.
    public static let ambiguousPaths = [
        "/static/..%2f..%2fapi/auth/login", "/static/%2e%2e%2fapi/auth/login", "/a/..%5cb", "/a\\..\\b", "/a/..;/b",
        "/x%2fy/../z", "/a//../b", "/a%00b", "/a/%zz",
    ].map { Row($0, "GET \($0) HTTP/1.1\r\nHost: t\r\n\r\n", 0, 400) }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}
