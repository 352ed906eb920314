import JSON
import TOML
import Testing

/// What is no document, and where that is told.
@Suite struct TOMLErrorTests {
    private func error(_ bytes: [UInt8]) -> TOMLError? {
        do throws(TOMLError) {
            _ = try JSONValue(toml: bytes)
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("a", "line 1, column 2: '=' is missing behind the key"),
        ("a =", "line 1, column 4: a value is missing"),
        ("a = \n", "line 1, column 5: a value is missing"),
        ("= 1", "line 1, column 1: a key is missing"),
        ("a. = 1", "line 1, column 4: a key is missing"),
        ("é = 1", "line 1, column 1: a key is missing"),
        ("a = 1 b = 2", "line 1, column 7: the line goes on where it must end"),
        ("a = 1\rb = 2", "line 1, column 6: the line goes on where it must end"),
        ("x = 'é'\n  a = 1\n  a = 2", "line 3, column 3: 'a' is there already"),
        ("x = 'ééé' y", "line 1, column 11: the line goes on where it must end"),
        ("a.b = 1\na = 2", "line 2, column 1: 'a' is there already"),
        ("a = 1\na.b = 2", "line 2, column 1: nothing can be added to 'a'"),
        ("a.b = 1\na.b.c = 2", "line 2, column 1: nothing can be added to 'b'"),
        ("\"a\" = 1\n'a' = 2", "line 2, column 1: 'a' is there already"),
        ("\"\"\"a\"\"\" = 1", "line 1, column 3: '=' is missing behind the key"),
    ])
    func `keys`(text: String, expected: String) { #expect(error(Array(text.utf8))?.description == expected) }

    @Test(arguments: [
        ("[a", "line 1, column 3: the header is not closed"),
        ("[]", "line 1, column 2: a key is missing"),
        ("[a]]", "line 1, column 4: the line goes on where it must end"),
        ("[[a] ]", "line 1, column 4: the header is not closed"),
        ("[ [a]]", "line 1, column 3: a key is missing"),
        ("[a] b = 1", "line 1, column 5: the line goes on where it must end"),
        ("[a]\n[a]", "line 2, column 1: 'a' is there already"),
        ("[a]\nb = 1\n[a.b]", "line 3, column 1: 'a.b' is there already"),
        ("[a]\nb = 1\n[a.b.c]", "line 3, column 1: 'b' is a value already"),
        ("[a]\nb.c = 1\n[a.b]", "line 3, column 1: 'a.b' is there already"),
        ("[a.b.c]\n[a]\nb.c.d = 1", "line 3, column 1: nothing can be added to 'c'"),
        ("[[a]]\n[a]", "line 2, column 1: 'a' is there already"),
        ("[a]\n[[a]]", "line 2, column 1: 'a' is there already"),
        ("[a.b]\n[[a]]", "line 2, column 1: 'a' is there already"),
        ("a = []\n[[a]]", "line 2, column 1: 'a' is there already"),
        ("a = {}\n[a.b]", "line 2, column 1: 'a' is a value already"),
        ("a = [{}]\n[a.b]", "line 2, column 1: 'a' is a value already"),
        ("[[a.b]]\n[a]\nb.c = 1", "line 3, column 1: nothing can be added to 'b'"),
        ("a = {b = 1}\na.c = 2", "line 2, column 1: nothing can be added to 'a'"),
    ])
    func `tables`(text: String, expected: String) { #expect(error(Array(text.utf8))?.description == expected) }

    @Test(arguments: [
        ("[1", "',' or ']' is missing"), ("[1 2]", "',' or ']' is missing"), ("[,]", "a value is missing"),
        ("[1,,2]", "a value is missing"), ("{a = 1", "',' or '}' is missing"), ("{a = 1,}", "a key is missing"),
        ("{a = 1\n}", "',' or '}' is missing"), ("{a = 1, a = 2}", "'a' is there already"),
        ("{a = {}, a.b = 1}", "nothing can be added to 'a'"), ("{,}", "a key is missing"),
        ("\"x", "the text is not closed"), ("\"x\ny\"", "the text is not closed"), ("'x", "the text is not closed"),
        ("\"\"\"x\"\"", "the text is not closed"), ("'''x''", "the text is not closed"),
        ("\"\\", "the text is not closed"), ("\"\"\"x\"\"\"\"\"\"", "the line goes on where it must end"),
        (#""\e""#, "there is no such escape"), (#""\x41""#, "there is no such escape"),
        (#""\/""#, "there is no such escape"), (#""\u12""#, "the escape needs 4 digits"),
        (#""\U0010""#, "the escape needs 8 digits"), (#""\ud800""#, "there is no such character"),
        (#""\U00110000""#, "there is no such character"), ("\"\"\"a\\ b\"\"\"", "there is no such escape"),
        ("\"\u{1}\"", "a control character is in the text"), ("'\u{7f}'", "a control character is in the text"),
        ("'''\u{0}'''", "a control character is in the text"),
        ("\"\"\"a\rb\"\"\"", "a control character is in the text"),
        ("1 # \u{8}", "a control character is in the text"),
    ])
    func `arrays, inline tables and texts`(text: String, expected: String) {
        #expect(error(Array("a = \(text)".utf8))?.reason == expected)
    }

    @Test(arguments: [
        "01", "-01", "+", "-", "_1", "1_", "1__0", "0_1", "0x", "0xG", "0x_1", "0x1_", "+0x1", "0X1", "0o8", "0b2",
        "1.",
        ".5", "1._5", "1_.5", "1.e1", "1e", "1e1.5", "1e_1", "01.5", "++1", "True", "TRUE", "Inf", "++inf", "nil", "x",
        "1979-13-01", "1979-02-29", "2100-02-29", "1979-00-01", "1979-01-00", "79-01-01", "1979-01-01T", "1979-01-01x",
        "1979-01-01T24:00:00", "1979-01-01T00:60:00", "1979-01-01T00:00:61", "1979-01-01T00:00:00.",
        "1979-01-01T00:00:00+24:00", "1979-01-01T00:00:00+1:00", "07:32", "07:32:00Z", "1979-01-01 7:32:00",
    ])
    func `what looks like a number, a truth or a date`(word: String) {
        #expect(error(Array("a = \(word)".utf8))?.description == "line 1, column 5: this is no value")
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "0x8000000000000000", "99999999999999999999", "1e999", "-1e999",
    ])
    func `a number that fits nowhere`(word: String) {
        #expect(error(Array("a = \(word)".utf8))?.reason == "the number is too large")
    }

    @Test func `bytes that are no UTF-8 are named by their place`() {
        #expect(error(Array("a = 1\n# é".utf8) + [0xff])?.description == "line 2, column 4: this is not UTF-8")
        #expect(error([0xef, 0xbb, 0xbf] + Array("a = 1".utf8))?.description == "line 1, column 1: a key is missing")
        // A surrogate in three bytes, and a slash in two.
        #expect(error(Array("a = '".utf8) + [0xed, 0xa0, 0x80, 0x27])?.reason == "this is not UTF-8")
        #expect(error(Array("a = '".utf8) + [0xc0, 0xaf, 0x27])?.reason == "this is not UTF-8")
    }

    /// However it is nested: by values, by keys, by headers, by some of each.
    @Test(arguments: [
        "a = " + String(repeating: "[", count: 500_000),
        "a = " + String(repeating: "{a=", count: 300_000),
        "a" + String(repeating: ".a", count: 400_000) + " = 1",
        "[a" + String(repeating: ".a", count: 400_000) + "]",
        "[" + Array(repeating: "a", count: 13).joined(separator: ".") + "]\nb = " + String(repeating: "[", count: 12),
    ])
    func `depth is bounded`(text: String) {
        #expect(error(Array(text.utf8))?.reason == "it nests too deeply")
    }

    @Test func `length is bounded`() {
        let longest = Array(repeating: UInt8(ascii: "\n"), count: 1024 * 1024)
        #expect(error(longest) == nil)
        #expect(error(longest + [0x0a])?.description == "line 1, column 1: the document is longer than 1 MiB")
    }

    @Test func `many small tables cost no more than their number`() {
        #expect(error(Array(String(repeating: "[[a]]\n", count: 170_000).utf8)) == nil)
    }
}
