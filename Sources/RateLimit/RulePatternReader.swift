/// Takes a pattern's text apart.
struct RulePatternReader {
    private(set) var letters: [UInt8] = []
    private(set) var elements: [RulePattern.Element] = []
    private(set) var takesBelow = false

    private let text: [UInt8]
    private var start = 0
    private var end: Int

    init(_ text: String) {
        self.text = Array(text.utf8)
        end = self.text.count
    }

    mutating func read() throws(RulePattern.Problem) {
        if text.first == UInt8(ascii: "^") { start = 1 }
        if end > start, text[end - 1] == UInt8(ascii: "$") { end -= 1 }
        guard start < end, text[start] == UInt8(ascii: "/") else { throw problem("no slash", at: start) }
        var index = start
        while index < end {
            // Behind the slash up to the next one, but for that of `[^/]`.
            let segment = index + 1
            var next = segment
            while next < end, text[next] != UInt8(ascii: "/") || isInClass(next, from: segment) { next += 1 }
            try take(segment..<next, isLast: next == end)
            index = next
        }
        if elements.isEmpty { takesBelow = true }
    }

    private func isInClass(_ index: Int, from start: Int) -> Bool {
        index >= start + 2 && text[index - 1] == UInt8(ascii: "^") && text[index - 2] == UInt8(ascii: "[")
    }

    private mutating func take(_ segment: Range<Int>, isLast: Bool) throws(RulePattern.Problem) {
        switch String(decoding: text[segment], as: UTF8.self) {
        case "":
            guard isLast else { throw problem("an empty segment", at: segment.lowerBound) }
            takesBelow = true
        case ".*", "**":
            guard isLast else { throw problem("a wildcard that may only stand at the end", at: segment.lowerBound) }
            takesBelow = true
        case "*", "[^/]+", "[^/]*": elements.append(.anySegment)
        case ".+":
            guard !elements.contains(.anySegments) else { throw problem("a second \".+\"", at: segment.lowerBound) }
            elements.append(.anySegments)
        default:
            let first = letters.count
            letters.append(UInt8(ascii: "/"))
            try takeLetters(segment)
            elements.append(.segment(first..<letters.count))
        }
    }

    private mutating func takeLetters(_ segment: Range<Int>) throws(RulePattern.Problem) {
        var index = segment.lowerBound
        while index < segment.upperBound {
            let isEscaped = text[index] == UInt8(ascii: "\\") && index + 1 < segment.upperBound
            // Of regular expressions' escapes, those of what means itself.
            guard isEscaped ? ".-".utf8.contains(text[index + 1]) : Self.isLetter(text[index]) else {
                throw problem("something that no path holds, or a wildcard inside a segment", at: index)
            }
            if isEscaped { index += 1 }
            letters.append(text[index])
            index += 1
        }
    }

    /// What a segment of a path in its normal form holds (`pchar`, RFC 3986, section 3.3), escapes included.
    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~%!&',;=:@".utf8.contains(byte)
        }
    }

    private func problem(_ reason: String, at index: Int) -> RulePattern.Problem {
        RulePattern.Problem(column: index + 1, reason: "it has \(reason)")
    }
}
