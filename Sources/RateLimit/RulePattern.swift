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
        /// A slash and the segment behind it, as a range of ``letters``.
        case segment(Range<Int>)
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
    private let letters: [UInt8]
    private let elements: [Element]
    private let takesBelow: Bool

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
        matches(path, at: 0, from: 0)
    }

    private func matches(_ path: Span<UInt8>, at start: Int, from first: Int) -> Bool {
        var index = start
        for place in first..<elements.count {
            switch elements[place] {
            case .segment(let range):
                let end = index + range.count
                guard end <= path.count, end == path.count || path[end] == UInt8(ascii: "/") else { return false }
                for offset in 0..<range.count where path[index + offset] != letters[range.lowerBound + offset] {
                    return false
                }
                index = end
            case .anySegment:
                guard let end = Self.endOfSegment(path, at: index) else { return false }
                index = end
            case .anySegments:
                // There is one of these at most, so this is tried once for each segment of the path.
                while let end = Self.endOfSegment(path, at: index) {
                    if matches(path, at: end, from: place + 1) { return true }
                    index = end
                }
                return false
            }
        }
        return index == path.count || (path[index] == UInt8(ascii: "/") && (takesBelow || index + 1 == path.count))
    }

    /// Where the segment that begins with the slash here ends; nil when there is none, or it is empty.
    private static func endOfSegment(_ path: Span<UInt8>, at start: Int) -> Int? {
        guard start < path.count, path[start] == UInt8(ascii: "/") else { return nil }
        var end = start + 1
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        return end > start + 1 ? end : nil
    }
}
