/// Which paths a rule is for: a path, segment by segment, that may hold wildcards.
///
/// | text | matches |
/// |-|-|
/// | `/api/auth/login` | this path, with or without a slash at its end |
/// | `/api/webhooks/` | this path and all below it |
/// | `/api/jobs/*/cancel`, `/api/jobs/[^/]+/cancel` | one segment in its place |
/// | `/api/jobs/.+/cancel` | one segment or more; once in a pattern |
///
/// `^` before and `$` behind, as regular expressions have them, change nothing: a pattern is always the whole path, and a
/// dot is a dot. It is matched against the normal form of a path, never against what a client wrote.
public struct RulePattern: Equatable, Sendable {
    enum Element: Equatable, Sendable {
        /// Segments that stand side by side, each behind its slash, as a range of the letters.
        case segments(Range<Int>)
        case anySegment
        case anySegments
    }

    /// What is wrong with a text, and where.
    public struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        /// The character of the text, counted from 1.
        public let column: Int
        let reason: String

        public var description: String { "\(reason) at its character \(column)" }
    }

    /// As it was written.
    public let text: String
    let letters: [UInt8]
    let elements: [Element]
    let takesBelow: Bool

    /// - Throws: What cannot be understood.
    public init(_ text: String) throws(Problem) {
        var reader = RulePatternReader(text)
        try reader.read()
        self.text = text
        letters = reader.letters
        elements = reader.elements
        takesBelow = reader.takesBelow
    }

    /// What is wrong with a text; nil when it is a pattern.
    public static func problem(in text: String) -> Problem? {
        do {
            _ = try RulePattern(text)
            return nil
        } catch {
            return error
        }
    }

    /// Whether the pattern is for this path.
    ///
    /// - Parameter path: In its normal form: it begins with a slash.
    /// - Returns: Whether the whole path is what the pattern says.
    public func matches(_ path: Span<UInt8>) -> Bool {
        PathMatch.holds(path, elements.span, letters.span, takesBelow: takesBelow)
    }
}
