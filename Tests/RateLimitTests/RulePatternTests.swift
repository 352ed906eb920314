import RateLimit
import Testing

@Suite struct RulePatternTests {
    @Test(arguments: [
        ("^/api/cloud/expensive$", "/api/cloud/expensive", true), ("^/api/cloud/public$", "/api/cloud/public/", true),
        ("^/api/cloud/public$", "/api/cloud/public/x", false),
        ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/c", false), ("/a/*/c", "/a/b/b/c", false),
        ("/a/[^/]+/c$", "/a/b/c", true), ("^/a/.+/c", "/a/b/c/c", true), ("/a/.+/c", "/a/c", false),
        ("/a/.+/c", "/a/c/c", true), ("/a/.+/c/", "/a/b/c/d", true), ("/a/.+/c/d", "/a/x/c/y/c/d", true),
        ("/a/.+", "/a/b/c", true), ("/a/.+", "/a", false), ("/a/.+", "/a/", false), ("/a/.*", "/a", true),
        ("/a/**", "/a/b/c", true), ("/a/", "/a/b", true), ("/a/", "/a", true), ("/a/", "/ab", false), ("/", "/x", true),
        ("/", "/", true), ("/a\\.b", "/a.b", true), ("/a.b", "/axb", false), ("/a", "/a/b", false),
        ("/a", "/ab", false),
        ("/a", "/", false), ("/a", "*", false), ("/", "*", false), ("/a/*", "/a//", false),
    ])
    func `a pattern matches whole segments`(text: String, path: String, matches: Bool) throws {
        let bytes = Array(path.utf8)
        let found = try RulePattern(text).matches(bytes.span)
        #expect(found == matches)
    }

    @Test(arguments: [
        ("", 1), ("api", 1), ("^$", 2), ("/a//b", 4), ("/a/(b|c)", 4), ("/a/b+", 5), ("/a/.+/.+", 7), ("/a/.*/b", 4),
        ("/a b", 3), ("/a/b?", 5), ("/ä", 2), ("/a\\db", 3),
    ])
    func `what is no pattern is told by its place`(text: String, column: Int) {
        #expect(RulePattern.problem(in: text)?.column == column)
    }
}
