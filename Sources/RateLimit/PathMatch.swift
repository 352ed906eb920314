/// Whether a path is what a pattern's elements say.
enum PathMatch {
    /// - Parameters:
    ///   - path: In its normal form.
    ///   - elements: The pattern's.
    ///   - letters: What their ranges lie in.
    ///   - takesBelow: Whether more segments may follow.
    /// - Returns: Whether all of the path matches.
    static func holds(
        _ path: Span<UInt8>, _ elements: Span<RulePattern.Element>, _ letters: Span<UInt8>, takesBelow: Bool
    ) -> Bool {
        holds(path, at: 0, elements, letters, takesBelow)
    }

    private static func holds(
        _ path: Span<UInt8>, at start: Int, _ elements: Span<RulePattern.Element>, _ letters: Span<UInt8>,
        _ takesBelow: Bool
    ) -> Bool {
        var index = start
        for place in elements.indices {
            switch elements[place] {
            case .segments(let range):
                guard let end = endOfSegments(path, at: index, letters.extracting(range)) else { return false }
                index = end
            case .anySegment:
                guard let end = endOfSegment(path, at: index) else { return false }
                index = end
            case .anySegments:
                // There is one of these at most, so this is tried once for each segment of the path.
                let others = elements.extracting((place + 1)...)
                while let end = endOfSegment(path, at: index) {
                    if holds(path, at: end, others, letters, takesBelow) { return true }
                    index = end
                }
                return false
            }
        }
        return index == path.count || (path[index] == slash && (takesBelow || index + 1 == path.count))
    }

    private static var slash: UInt8 { UInt8(ascii: "/") }

    /// Where these segments end, if they stand here.
    private static func endOfSegments(_ path: Span<UInt8>, at start: Int, _ segments: Span<UInt8>) -> Int? {
        let end = start + segments.count
        // The end tells most patterns apart, since all begin alike.
        guard end <= path.count, end == path.count || path[end] == slash else { return nil }
        for offset in segments.indices.reversed() where path[start + offset] != segments[offset] { return nil }
        return end
    }

    /// Where the segment that begins with the slash here ends; nil when there is none, or it is empty.
    private static func endOfSegment(_ path: Span<UInt8>, at start: Int) -> Int? {
        guard start < path.count, path[start] == slash else { return nil }
        var end = start + 1
        while end < path.count, path[end] != slash { end += 1 }
        return end > start + 1 ? end : nil
    }
}
