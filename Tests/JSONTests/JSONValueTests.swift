import JSON
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        #"{"a":[1,2.50,-1e-4,true,false,null,"x"],"b":{}}"#, "[]", "{}", "0", "-0.0", #""""#, #""é😀""#,
        #"{"b":1.0}"#,
    ])
    func `a document comes out as it went in`(text: String) throws {
        #expect(try JSONValue(parsing: text).jsonText == text)
    }

    @Test func `escapes are read, and control characters are escaped when written`() throws {
        let value = try JSONValue(parsing: #" "\u00e9\ud83d\ude00\n\/\\\u0000" "#)
        #expect(value.text == "é😀\n/\\\u{0}")
        #expect(value.jsonText == #""é😀\n/\\\u0000""#)
    }

    @Test(arguments: [
        ("\"", #""\"""#), ("\\", #""\\""#), ("a\tb", #""a\tb""#), ("\r", #""\r""#), ("\u{1f}", #""\u001f""#),
        ("\u{7f}", #""\u007f""#), ("\u{2028}", #""\u2028""#), ("x\u{2029}", #""x\u2029""#), ("€", #""€""#),
        ("é😀", #""é😀""#), ("", #""""#),
    ])
    func `what is escaped is, by itself, and nothing else`(text: String, written: String) throws {
        #expect(JSONValue.string(text).jsonText == written)
        #expect(JSONValue.object([text: 1]).jsonBytes == Array("{\(written):1}".utf8))
        #expect(try JSONValue(parsing: written).text == text)
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,]", #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1,"a":2}"#, "01", "+1", "1.", ".5", "1e", "tru",
        "nul", "NaN", #""\x""#, #""\ud800""#, #""\ud800\u0041""#, "\"\n\"", "1 2", "'a'", #"{a:1}"#, "\u{feff}1",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test func `every prefix of a document is refused`() {
        let text = Array(#"{"a":["x\u00e9",{"b":[true,null]}]}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) }
        }
    }

    @Test(arguments: [(64, true), (65, false)])
    func `depth is bounded`(depth: Int, isRead: Bool) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(((try? JSONValue(parsing: text)) != nil) == isRead)
    }

    @Test func `an integer is one that is written as one`() throws {
        #expect(
            try JSONValue(parsing: "[7,-7,7.0,7e0,99999999999999999999]").elements?.map(\.integer)
                == [7, -7, nil, nil, nil])
        #expect(JSONValue.string("7").integer == nil)
    }

    @Test func `equal objects have equal bytes`() throws {
        #expect(try JSONValue(parsing: #"{"b":1,"a":2}"#).jsonText == #"{"a":2,"b":1}"#)
    }
}
