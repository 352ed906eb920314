import JSON
import TOML
import Testing

/// What a document means, as JSON.
@Suite struct TOMLReaderTests {
    private func json(_ text: String) throws -> String { try JSONValue(toml: Array(text.utf8)).jsonText }

    @Test(arguments: [
        ("", "{}"),
        ("# only a comment", "{}"),
        ("a = 1 # one\r\n\r\n\tb=2\n", #"{"a":1,"b":2}"#),
        (#"bare-key_1 = 1"#, #"{"bare-key_1":1}"#),
        (#""a b" = 1"#, #"{"a b":1}"#),
        (#"'"' = 1"#, #"{"\"":1}"#),
        (#""" = 1"#, #"{"":1}"#),
        ("1234 = 1", #"{"1234":1}"#),
        ("3.14 = 1", #"{"3":{"14":1}}"#),
        (#"a . "b.c" . d = 1"#, #"{"a":{"b.c":{"d":1}}}"#),
        ("a.b = 1\na.c = 2", #"{"a":{"b":1,"c":2}}"#),
        (#""--rank" = 16"#, #"{"--rank":16}"#),
    ])
    func `keys are bare, quoted or dotted`(text: String, expected: String) throws {
        #expect(try json(text) == expected)
    }

    @Test(arguments: [
        ("[a]\nx = 1\n[a.b]\ny = 2", #"{"a":{"b":{"y":2},"x":1}}"#),
        ("[ a . b ] # c\n[a]\nx = 1", #"{"a":{"b":{},"x":1}}"#),
        ("[a]\nb.c = 1\n[a.b.d]\n", #"{"a":{"b":{"c":1,"d":{}}}}"#),
        ("[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2\n[[a]]\n[a.b]", #"{"a":[{"x":1},{"b":{"y":2}},{"b":{}}]}"#),
        ("[[a.b]]\n[[a.b.c]]\nx = 1\n[[a.b.c]]\n", #"{"a":{"b":[{"c":[{"x":1},{}]}]}}"#),
        ("a = {}\nb = { x = 1, y.z = 2, y.w = {v=[]} }", #"{"a":{},"b":{"x":1,"y":{"w":{"v":[]},"z":2}}}"#),
        ("a = [ 1, 'x' , [ ], {b=1} ,# c\n\n ]", #"{"a":[1,"x",[],{"b":1}]}"#),
        ("a.b.c = 1\n[d]\n[a.e]", #"{"a":{"b":{"c":1},"e":{}},"d":{}}"#),
    ])
    func `tables, arrays of tables, inline tables`(text: String, expected: String) throws {
        #expect(try json(text) == expected)
    }

    @Test(arguments: [
        (#""""#, ""),
        (#""a\tb\n\"\\\b\f\r""#, "a\tb\n\"\\\u{8}\u{c}\r"),
        (#""\u00e9\U0001F600é""#, "é😀é"),
        (#"'C:\n "x"'"#, #"C:\n "x""#),
        ("''", ""),
        ("'a\tb'", "a\tb"),
        ("\"\"\"\na\r\nb\n\"\"\"", "a\nb\n"),
        ("\"\"\"\"\"\"", ""),
        ("\"\"\"a \\\n\n   \tb\\  \n c\"\"\"", "a bc"),
        ("\"\"\"a\"b\"\"c\"\"\"\"\"", "a\"b\"\"c\"\""),
        ("\"\"\"x\\\"\"\"y\"\"\"", "x\"\"\"y"),
        ("'''\na'b''c\\\n'''''", "a'b''c\\\n''"),
        ("''''''", ""),
    ])
    func `texts of all four kinds`(text: String, expected: String) throws {
        #expect(try JSONValue(toml: Array("a = \(text)".utf8)) == ["a": .string(expected)])
    }

    @Test(arguments: [
        ("0", "0"), ("+99", "99"), ("-17", "-17"), ("-0", "0"), ("1_000_000", "1000000"),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("0xDEAD_beef", "3735928559"), ("0o755", "493"), ("0b1101", "13"), ("0x00", "0"),
        ("+1.0", "1.0"), ("-0.01", "-0.01"), ("5e+22", "5e22"), ("1e06", "1e06"), ("-2E-2", "-2e-2"),
        ("6.626e-34", "6.626e-34"), ("224_617.445_991", "224617.445991"), ("1e1_0", "1e10"), ("0e0", "0e0"),
        ("true", "true"), ("false", "false"), ("inf", #""inf""#), ("-inf", #""-inf""#), ("+nan", #""+nan""#),
        ("1979-05-27T07:32:00Z", #""1979-05-27T07:32:00Z""#), ("2024-02-29", #""2024-02-29""#),
        ("1979-05-27 00:32:00.999-07:00", #""1979-05-27 00:32:00.999-07:00""#), ("07:32:00", #""07:32:00""#),
        ("1979-05-27t07:32:60", #""1979-05-27t07:32:60""#), ("00:00:00.5", #""00:00:00.5""#),
        ("1979-05-27 ", #""1979-05-27""#),
    ])
    func `numbers, truths, dates`(text: String, expected: String) throws {
        #expect(try json("a = \(text)") == #"{"a":\#(expected)}"#)
    }

    /// What is within each other stays readable as JSON, which is how an order is kept.
    @Test func `the deepest document is JSON that can be read`() throws {
        let names = Array(repeating: "a", count: 12)
        var text = ""
        for count in 1...names.count { text += "[[\(names.prefix(count).joined(separator: "."))]]\n" }
        text += "b = " + String(repeating: "[", count: 11) + String(repeating: "]", count: 11)
        let value = try JSONValue(toml: Array(text.utf8))
        #expect(try JSONValue(parsing: value.jsonText) == value)
    }

    @Test func `every beginning of a document is read or refused`() throws {
        let text =
            "[a.'b']\nx = [1, {y = \"\"\"\\u00e9\"\"\"}, 1979-05-27 07:32:00Z] # é\n[[c]]\nd.e = 0x1F\nf = '''\n'''\n"
        let bytes = Array(text.utf8)
        for count in bytes.indices { _ = try? JSONValue(toml: Array(bytes[..<count])) }
        #expect(try JSONValue(toml: bytes)["c"]?.elements?.count == 1)
    }
}
