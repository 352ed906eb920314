import Testing
import YAMLDocument

/// What YAML offers and a settings file must not have: each refusal has its place, and none costs more than the text.
@Suite struct HostileDocumentTests {
    private static let remedyOfSyntax = "Look at the indentation, the colons and the quotes around this place."

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "3:1 a is there twice, first in line 1. Remove one."),
        ("a:\n  b:\n    c: 1\n    c: 2\n", "4:5 a.b.c is there twice, first in line 3. Remove one."),
        ("a: [{b: 1, b: 2}]", "1:12 a.b is there twice, first in line 1. Remove one."),
        ("a: !!binary eA==", "1:4 The file uses a tag. Remove the word with the exclamation mark."),
        ("a: !run {b: 1}", "1:4 The file uses a tag. Remove the word with the exclamation mark."),
        ("a: &x 1", "1:4 The file uses an anchor. Remove it: there are no aliases that could refer to it."),
        ("a: 1\n---\nb: 1\n", "2:1 The file has a second document. Keep one, and no line of three dashes."),
        ("? [a]\n: 1\n", "1:3 The file has a key that is no name. Use letters, digits and _ only."),
        ("<<: 1", "1:1 The file has a key that is no name. Use letters, digits and _ only."),
        ("\"a\\e[1m\": 1", "1:1 The file has a key that is no name. Use letters, digits and _ only."),
        ("naïve: 1", "1:1 The file has a key that is no name. Use letters, digits and _ only."),
        ("'': 1", "1:1 The file has a key that is no name. Use letters, digits and _ only."),
        ("~: 1", "1:1 The file has a key that is no name. Use letters, digits and _ only."),
    ])
    func `what is refused is told with its place`(text: String, message: String) {
        #expect(YAMLDocument(text).messages == [message])
    }

    /// Half of a document is none.
    @Test func `a second document takes the first with it`() {
        #expect(YAMLDocument("a: 1\n---\nb: 1\n").root == nil)
    }

    @Test func `a tag refuses its own value and no other`() {
        let document = YAMLDocument("a: !!str 1\nb: !run {c: !x 1}\nd: 1\n")
        #expect(document.faults.count == 3)
        #expect(document.root?.outline == "1:1 a = 1:4 !\n2:1 b = 2:4 !\n3:1 d = 3:4 1")
    }

    @Test func `a name has its length`() {
        let name = String(repeating: "n", count: 100)
        #expect(YAMLDocument("\(name): 1").faults.isEmpty)
        #expect(YAMLDocument("\(name)n: 1").faults.map(\.problem) == ["has a key that is no name"])
    }

    @Test func `an alias is refused, and so is what it stands for`() {
        let document = YAMLDocument("a: &x [1]\nb: *x\n*x : 1\n")
        #expect(
            document.messages == [
                "1:4 The file uses an anchor. Remove it: there are no aliases that could refer to it.",
                "2:4 The file uses an alias. Write out the value that is meant.",
                "3:1 The file uses an alias. Write out the value that is meant.",
            ])
        #expect(document.root?.outline == "1:1 a = 1:4 [1:8 1]\n2:1 b = 2:4 !")
    }

    @Test(arguments: [
        (
            "a:\n\tb: 1\n", "2:1", "found character that cannot start any token while scanning for the next token",
            "Indent with spaces, not with tabs."
        ),
        ("a: 1\n  b: 2\n", "2:4", "mapping values are not allowed in this context", remedyOfSyntax),
        (
            "a: 'x\nb: 1\n", "3:1", "found unexpected end of stream while scanning a quoted scalar in line 1",
            remedyOfSyntax
        ),
        (
            "a: {b: 1\nc: 2\n", "2:2", "did not find expected ',' or '}' while parsing a flow mapping in line 1",
            remedyOfSyntax
        ),
        (
            "a: @b", "1:4", "found character that cannot start any token while scanning for the next token",
            remedyOfSyntax
        ),
        ("a: \"\\q\"", "1:5", "found unknown escape character while parsing a quoted scalar", remedyOfSyntax),
        ("%YAML 7.0\n---\na: 1\n", "1:1", "found incompatible YAML document", remedyOfSyntax),
    ])
    func `what is no YAML is told with its place`(text: String, place: String, problem: String, remedy: String) {
        let document = YAMLDocument(text)
        #expect(document.root == nil)
        #expect(document.messages == ["\(place) The file is no YAML here: \(problem). \(remedy)"])
    }

    @Test(arguments: [
        ("a: 1\nb: \0\n", "2:4 The file has the control character U+0000. Remove it."),
        ("é: \u{1B}[2J", "1:4 The file has the control character U+001B. Remove it."),
        ("a: \u{85}", "1:4 The file has the control character U+0085. Remove it."),
        ("a: 1\u{2028}b: 2", "1:5 The file has the control character U+2028. Remove it."),
        ("a\r\nb\rc\n\u{7F}", "4:1 The file has the control character U+007F. Remove it."),
    ])
    func `what nobody can see is refused`(text: String, message: String) {
        #expect(YAMLDocument(text).messages == [message])
    }

    @Test func `other encodings are named`() {
        let bytes: [(bytes: [UInt8], message: String)] = [
            ([0xFF, 0xFE, 0x61, 0x00], "1:1 The file is UTF-16. Save it as UTF-8."),
            ([0xFE, 0xFF, 0x00, 0x61], "1:1 The file is UTF-16. Save it as UTF-8."),
            ([0x61, 0x00, 0x3A, 0x00], "1:1 The file is UTF-16. Save it as UTF-8."),
            (Array("a: é\nb: é".utf8) + [0xE9], "2:5 The file has a byte that is not UTF-8. Save it as UTF-8."),
            (Array("a: ".utf8) + [0xC0, 0x80], "1:4 The file has a byte that is not UTF-8. Save it as UTF-8."),
            (Array("a: ".utf8) + [0xED, 0xA0, 0x80], "1:4 The file has a byte that is not UTF-8. Save it as UTF-8."),
        ]
        for (bytes, message) in bytes { #expect(YAMLDocument(bytes).messages == [message]) }
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func `depth is bounded`(opening: String) {
        let deepest = String(repeating: "[", count: YAMLDocument.depthMax)
        #expect(YAMLDocument(deepest + String(repeating: "]", count: YAMLDocument.depthMax)).faults.isEmpty)
        #expect(YAMLDocument("[" + deepest).faults.map(\.problem) == ["is nested more than 16 deep"])
        let document = YAMLDocument(String(repeating: opening, count: YAMLDocument.bytesMax / opening.utf8.count))
        #expect(document.root == nil)
        #expect(document.faults.map(\.problem) == ["is nested more than 16 deep"])
    }

    @Test func `size and number of values are bounded`() {
        let long = YAMLDocument([UInt8](repeating: UInt8(ascii: "#"), count: YAMLDocument.bytesMax + 1))
        #expect(long.messages == ["1:1 The file is larger than 1 MiB. Leave in it nothing but settings."])
        let many = YAMLDocument("[" + String(repeating: "1,", count: YAMLDocument.nodesMax + 1) + "]")
        #expect(many.faults.map(\.problem) == ["has more than 20000 values"])
    }

    @Test func `faults are bounded`() {
        let document = YAMLDocument(String(repeating: "a: 1\n", count: 10_000))
        #expect((1...YAMLDocument.faultsMax).contains(document.faults.count))
    }

    /// A kilobyte that would be a billion values.
    @Test func `a bomb of aliases does not go off`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let document = YAMLDocument(text)
        #expect(Set(document.faults.map(\.problem)) == ["uses an anchor", "uses an alias"])
    }

    @Test func `no beginning of a document is a crash`() {
        let text = "a: &x 'é'\nb: [*x, {c: !t \"\\x41\", d: |\n  e\n  }]\n? [f]\n: >-\n g\n---\nh: \t1\r\n"
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            let document = YAMLDocument(Array(bytes[..<end]))
            for fault in document.faults { #expect(fault.place.line >= 1 && fault.place.column >= 1) }
        }
    }
}
