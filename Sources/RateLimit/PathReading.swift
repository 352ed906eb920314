/// How the segments of a path are told apart.
enum PathReading: Sendable {
    /// The normal form, as it is.
    case plain
    /// As the most tolerant of servers may read it: capitals are small letters, an escaped slash or a backslash
    /// separates, and what follows a semicolon in a segment is no part of its name.
    case tolerant

    /// Where the segment behind the separator here begins; nil when there is none here.
    func separatorEnd(_ path: Span<UInt8>, _ start: Int) -> Int? {
        guard self == .tolerant else {
            return start < path.count && path[start] == UInt8(ascii: "/") ? start + 1 : nil
        }
        var index = start
        if index < path.count, path[index] == UInt8(ascii: ";") {
            while index < path.count, Self.separatorLength(path, index) == 0 { index += 1 }
            if index == path.count { return index }
        }
        let first = index
        while index < path.count {
            let length = Self.separatorLength(path, index)
            if length == 0 { break }
            index += length
        }
        return index > first ? index : nil
    }

    /// Whether no more of a segment is here.
    func isSegmentEnd(_ path: Span<UInt8>, _ index: Int) -> Bool {
        if index == path.count { return true }
        guard self == .tolerant else { return path[index] == UInt8(ascii: "/") }
        return path[index] == UInt8(ascii: ";") || Self.separatorLength(path, index) > 0
    }

    func isSame(_ one: UInt8, _ other: UInt8) -> Bool {
        self == .tolerant ? Self.small(one) == Self.small(other) : one == other
    }

    /// What of a path may be read in another way.
    struct Doubts {
        var hasCapitals = false
        var hasSeparators = false

        /// Nothing.
        init() {}

        init(_ path: Span<UInt8>) {
            for index in path.indices {
                switch path[index] {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasCapitals = true
                case UInt8(ascii: ";"), UInt8(ascii: "\\"): hasSeparators = true
                case UInt8(ascii: "%"): if PathReading.separatorLength(path, index) > 0 { hasSeparators = true }
                default: break
                }
            }
        }
    }

    private static func separatorLength(_ path: Span<UInt8>, _ index: Int) -> Int {
        switch path[index] {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): return 1
        case UInt8(ascii: "%"):
            guard index + 2 < path.count else { return 0 }
            let (high, low) = (path[index + 1], small(path[index + 2]))
            let isSlash = high == UInt8(ascii: "2") && low == UInt8(ascii: "f")
            let isBackslash = high == UInt8(ascii: "5") && low == UInt8(ascii: "c")
            return isSlash || isBackslash ? 3 : 0
        default: return 0
        }
    }

    static func small(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
