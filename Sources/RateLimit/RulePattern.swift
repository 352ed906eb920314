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

    /// The segments before the first wildcard, with their slashes.
    var lead: [UInt8] {
        var lead: [UInt8] = []
        for case .segment(let range) in elements.prefix(while: { if case .segment = $0 { true } else { false } }) {
            lead += letters[range]
        }
        return lead
    }

    /// Whether the pattern is for this path.
    ///
    /// - Parameter path: In its normal form: it begins with a slash.
    /// - Returns: Whether it is.
    public func matches(_ path: Span<UInt8>) -> Bool {
        matches(path, .plain)
    }

    func matches(_ path: Span<UInt8>, _ reading: PathReading) -> Bool {
        matches(path, reading, at: 0, from: 0)
    }

    private func matches(_ path: Span<UInt8>, _ reading: PathReading, at start: Int, from first: Int) -> Bool {
        var index = start
        for place in first..<elements.count {
            let end: Int?
            switch elements[place] {
            case .segment(let range): end = endOfLetters(range, path, reading, at: index)
            case .anySegment: end = Self.endOfSegment(path, reading, at: index)
            // There is one of these at most, so the rest is tried once for each segment of the path.
            case .anySegments: return isRest(path, reading, at: index, from: place + 1)
            }
            guard let end else { return false }
            index = end
        }
        if index == path.count { return true }
        guard let next = reading.separatorEnd(path, index) else { return false }
        return takesBelow || next == path.count
    }

    /// Where the segment with these letters, a slash first, ends; nil when another is here.
    private func endOfLetters(
        _ range: Range<Int>, _ path: Span<UInt8>, _ reading: PathReading, at start: Int
    ) -> Int? {
        guard var index = reading.separatorEnd(path, start) else { return nil }
        for letter in range.dropFirst() {
            guard index < path.count, reading.isSame(path[index], letters[letter]) else { return nil }
            if reading == .tolerant, reading.isSegmentEnd(path, index) { return nil }
            index += 1
        }
        return reading.isSegmentEnd(path, index) ? index : nil
    }

    /// Where the segment here ends; nil when there is none, or it is empty.
    private static func endOfSegment(_ path: Span<UInt8>, _ reading: PathReading, at start: Int) -> Int? {
        guard let first = reading.separatorEnd(path, start) else { return nil }
        var end = first
        while !reading.isSegmentEnd(path, end) { end += 1 }
        return end > first ? end : nil
    }

    /// Whether the rest of the pattern matches behind one segment or more.
    private func isRest(_ path: Span<UInt8>, _ reading: PathReading, at start: Int, from place: Int) -> Bool {
        var index = start
        while let end = Self.endOfSegment(path, reading, at: index) {
            if matches(path, reading, at: end, from: place) { return true }
            index = end
        }
        return false
    }
}
