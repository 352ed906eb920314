/// The normal form of a request's path, which rules are matched against (RFC 3986, section 6.2.2).
///
/// Slashes that follow each other are one, dot segments are resolved, and what needs no escape has none; other escapes
/// keep their place, with capital digits. A path that servers are known to read in different ways is refused, so that no
/// rule can be reached past by spelling. The form never goes up: the backend gets the client's own bytes.
///
/// One is kept per worker, and its storage is used again. A path that is its own form is not copied at all.
public struct PathForm: ~Copyable, Sendable {
    private enum Source: Sendable {
        /// The bytes of the target itself.
        case target(Range<Int>)
        case storage
        /// `http://host?query` names the root by leaving it out.
        case root
    }

    /// Whether the path holds an escaped slash or backslash, which a backend may or may not take for a separator.
    public private(set) var holdsEscapedSeparator = false

    /// Whether every server reads the path alike: no capitals, escapes, backslashes or semicolons are in it.
    public private(set) var isPlain = false

    private var source = Source.root
    private var storage: [UInt8] = []
    /// For each segment in `storage`: where it begins, at its slash, and whether it stood for more than one.
    private var segments: [Segment] = []
    private static let slash: [UInt8] = [UInt8(ascii: "/")]

    private struct Segment: Sendable {
        let start: Int
        let isDoubtful: Bool
    }

    public init() {}

    /// Reads a target that was accepted as a head's.
    ///
    /// - Parameter target: A path, an http address, or `*`.
    /// - Throws: 400 for a path that can be read in more than one way.
    public mutating func read(_ target: Span<UInt8>) throws(HeadError) {
        (holdsEscapedSeparator, isPlain) = (false, false)
        let path = Self.pathRange(target)
        guard !path.isEmpty else {
            source = .root
            return
        }
        guard !isNormal(target.extracting(path)) else {
            source = .target(path)
            return
        }
        source = .storage
        try normalize(target.extracting(path))
    }

    /// The normal form.
    ///
    /// - Parameter target: The target that was read.
    /// - Returns: Its path: never empty, and it begins with a slash unless the target is `*`.
    @_lifetime(copy target, borrow self)
    public func path(of target: Span<UInt8>) -> Span<UInt8> {
        switch source {
        case .target(let range): target.extracting(range)
        case .storage: storage.span
        case .root: Self.slash.span
        }
    }

    private static func pathRange(_ target: Span<UInt8>) -> Range<Int> {
        let start = Authority.range(ofAbsolute: target)?.upperBound ?? 0
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "?") { end += 1 }
        return start..<end
    }

    /// Whether nothing needs to be changed or looked at closely: no escape, no empty segment, none that begins with a
    /// dot, and none of the marks that some servers split at.
    private mutating func isNormal(_ path: Span<UInt8>) -> Bool {
        var before: UInt8 = 0
        var hasCapitals = false
        for index in path.indices {
            let byte = path[index]
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: ";"): return false
            case UInt8(ascii: "/"), UInt8(ascii: "."):
                if before == UInt8(ascii: "/") { return false }
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasCapitals = true
            default: break
            }
            before = byte
        }
        isPlain = !hasCapitals
        return true
    }
}

// MARK: - Segments

extension PathForm {
    private mutating func normalize(_ path: Span<UInt8>) throws(HeadError) {
        storage.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        // `*` has no slash, and nothing to normalise.
        var index = 0
        var followsEmpty = false
        while index < path.count {
            index += 1
            var end = index
            while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
            try take(path.extracting(index..<end), isLast: end == path.count, followsEmpty: &followsEmpty)
            index = end
        }
        if storage.isEmpty { storage.append(UInt8(ascii: "/")) }
    }

    private static let ambiguous = HeadError.malformed("The path can be read in more than one way.")

    /// Takes one segment, without the slash before it.
    private mutating func take(
        _ segment: Span<UInt8>, isLast: Bool, followsEmpty: inout Bool
    ) throws(HeadError) {
        let start = storage.count
        storage.append(UInt8(ascii: "/"))
        let isDoubtful = try appendDecoded(segment)
        defer { followsEmpty = segment.isEmpty }
        let dots = try dotCount(from: start + 1, isDoubtful: isDoubtful)
        if dots > 0 {
            // Who does not merge slashes goes up from the empty segment.
            guard dots == 1 || !followsEmpty else { throw Self.ambiguous }
            storage.removeLast(storage.count - start)
            if dots == 2 { try goUp() }
            if isLast { storage.append(UInt8(ascii: "/")) }
        } else if segment.isEmpty, !isLast {
            storage.removeLast()
        } else {
            segments.append(Segment(start: start, isDoubtful: isDoubtful))
        }
    }

    /// Takes the last segment away; above the root there is only the root.
    private mutating func goUp() throws(HeadError) {
        guard let last = segments.popLast() else { return }
        guard !last.isDoubtful else { throw Self.ambiguous }
        storage.removeLast(storage.count - last.start)
    }

    /// How many dots the segment at the end of `storage` consists of, if it is a dot segment.
    ///
    /// - Throws: When it would be one, or hold one, for a server that splits it further.
    private func dotCount(from start: Int, isDoubtful: Bool) throws(HeadError) -> Int {
        guard isDoubtful else { return Self.dotCount(storage.span.extracting(start...)) }
        var partStart = start
        var index = start
        while index <= storage.count {
            let length = index < storage.count ? separatorLength(at: index) : 1
            if length > 0 {
                guard Self.dotCount(storage.span.extracting(partStart..<index)) == 0 else { throw Self.ambiguous }
                partStart = index + length
            }
            index += max(length, 1)
        }
        return 0
    }

    private static func dotCount(_ part: Span<UInt8>) -> Int {
        guard part.count == 1 || part.count == 2 else { return 0 }
        for index in part.indices where part[index] != UInt8(ascii: ".") { return 0 }
        return part.count
    }

    /// The length of what some servers split at and we do not; zero for anything else.
    private func separatorLength(at index: Int) -> Int {
        switch storage[index] {
        case UInt8(ascii: "\\"), UInt8(ascii: ";"): return 1
        case UInt8(ascii: "%"): return Self.isSeparator(storage[index + 1], storage[index + 2]) ? 3 : 0
        default: return 0
        }
    }

    private static func isSeparator(_ high: UInt8, _ low: UInt8) -> Bool {
        (high == UInt8(ascii: "2") && low == UInt8(ascii: "F"))
            || (high == UInt8(ascii: "5") && low == UInt8(ascii: "C"))
    }
}

// MARK: - Escapes

extension PathForm {
    /// Appends a segment with its needless escapes undone.
    ///
    /// - Returns: Whether it holds what some servers split at.
    private mutating func appendDecoded(_ segment: Span<UInt8>) throws(HeadError) -> Bool {
        var isDoubtful = false
        var index = 0
        while index < segment.count {
            let byte = segment[index]
            guard byte == UInt8(ascii: "%") else {
                if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: ";") { isDoubtful = true }
                storage.append(byte)
                index += 1
                continue
            }
            guard index + 2 < segment.count, let high = Octet.hexValue(segment[index + 1]),
                let low = Octet.hexValue(segment[index + 2]), high + low > 0
            else { throw .malformed("The path holds a percent sign that is no escape, or the escape of a zero byte.") }
            let value = UInt8(high << 4 | low)
            if Self.needsNoEscape(value) {
                storage.append(value)
            } else {
                storage.append(UInt8(ascii: "%"))
                storage.append(Self.digit(high))
                storage.append(Self.digit(low))
                if value == UInt8(ascii: "/") || value == UInt8(ascii: "\\") {
                    isDoubtful = true
                    holdsEscapedSeparator = true
                }
            }
            index += 3
        }
        return isDoubtful
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 10 ? 0x30 + value : 0x37 + value)
    }

    /// `unreserved` (RFC 3986, section 2.3).
    private static func needsNoEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
