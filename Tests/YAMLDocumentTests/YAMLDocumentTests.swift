import Testing
import YAMLDocument

@Suite struct YAMLDocumentTests {
    @Test func `a document is a tree whose values know their places`() throws {
        let document = YAMLDocument("# settings\na: 1\nb:\n  c: 'it''s' # said\n  d: [x, ~, {e: \"\\u00e9\"}]\nf:\n")
        #expect(document.faults.isEmpty)
        let root = try #require(document.root)
        #expect(
            root.outline == """
                2:1 a = 2:4 1
                3:1 b = 4:3 {4:3 c = 4:6 it's, 5:3 d = 5:6 [5:7 x, 5:10 ~, 5:13 {5:14 e = 5:17 é}]}
                6:1 f = 6:3 ~
                """)
    }

    @Test(arguments: ["", "\n\n", "# nothing yet\n", "---\n", "--- # nothing\n...\n", "\u{FEFF}"])
    func `a document without a value has none, and that is no fault`(text: String) {
        let document = YAMLDocument(text)
        #expect(document.faults.isEmpty)
        #expect(document.root.map { $0.content == .empty } ?? true)
    }

    /// The mark of a byte order takes no column, and each kind of line end is one.
    @Test(arguments: ["a: 1\nbé: x", "\u{FEFF}a: 1\nbé: x", "a: 1\r\nbé: x\r\n", "a: 1\rbé: x"])
    func `line ends and a mark of the byte order change no place`(text: String) {
        #expect(YAMLDocument(text.replacingAccent).root?.outline == "1:1 a = 1:4 1\n2:1 be = 2:5 x")
    }

    @Test(arguments: [
        ("plain: a b", "a b"), ("plain: yes", "yes"), ("quoted: \"~\"", "~"), ("quoted: ''", ""),
        ("folded: >-\n  one\n  two", "one two"), ("kept: |-\n  one\n  two", "one\ntwo"), ("tabbed:\tx", "x"),
        ("escaped: \"\\0\\t\"", "\0\t"), ("number: 0x10", "0x10"), ("url: https://x:1/#y", "https://x:1/#y"),
    ])
    func `texts are as YAML has them, and numbers are texts`(text: String, value: String) {
        guard case .mapping(let members) = YAMLDocument(text).root?.content else {
            Issue.record("\(text) is no mapping")
            return
        }
        #expect(members.map(\.value.content) == [.scalar(value)])
    }

    @Test(arguments: ["a: ~", "a: null", "a: Null", "a: NULL", "a:", "a: # none"])
    func `null and nothing are the same`(text: String) {
        guard case .mapping(let members) = YAMLDocument(text).root?.content else {
            Issue.record("\(text) is no mapping")
            return
        }
        #expect(members.map(\.value.content) == [.empty])
    }

    @Test(arguments: [("/proc/none.yaml", "No such file or directory"), ("/proc", "Is a directory")])
    func `a file that cannot be read says why`(path: String, reason: String) {
        let error = #expect(throws: YAMLDocument.Unreadable.self) { try YAMLDocument(path: path) }
        #expect(error?.reason == reason)
    }

    @Test func `a file without an end is not read to it`() throws {
        let document = try YAMLDocument(path: "/dev/zero")
        #expect(document.faults.map(\.problem) == ["is larger than 1 MiB"])
    }
}

extension String {
    /// Keys are plain letters; the accent in the values above is what makes bytes and columns differ.
    fileprivate var replacingAccent: String { String(map { $0 == "é" ? "e" : $0 }) }
}
