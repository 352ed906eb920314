/// Which rule a request is counted by.
public struct RuleTable: Sendable {
    /// Refers to no object, so that going through all of them for each request counts no references.
    private struct Entry: Sendable {
        let elements: Range<Int>
        let takesBelow: Bool
        let methods: MethodSet
        /// The rule, as an index; nil for a path that is not limited.
        let rule: Int?
    }

    /// In the order in which they are tried; the last one is for all that no other is for.
    public let rules: [RateRule]
    /// The same without their words.
    public let policies: [QuotaPolicy]
    private var entries: [Entry] = []
    private var elements: [RulePattern.Element] = []
    private var letters: [UInt8] = []

    /// - Parameters:
    ///   - custom: Rules of the operator's own; they come first, before what is excluded too.
    ///   - standard: Which table follows.
    ///   - calls: The limit where no rule says otherwise; 0 switches all limits off.
    ///   - periodSeconds: Its period.
    public init(custom: [RateRule] = [], standard: StandardRules = .guide, calls: Int = 100, periodSeconds: Int = 60) {
        guard calls > 0 else {
            rules = []
            policies = []
            return
        }
        let named = custom + standard.rules
        rules = named + [RateRule(patterns: [], calls: calls, periodSeconds: periodSeconds, methods: [], reason: "")]
        policies = rules.map(\.policy)
        for (index, rule) in named.enumerated() {
            if index == custom.count {
                for free in standard.exclusions { add(free.pattern, free.methods, rule: nil) }
            }
            for pattern in rule.patterns { add(pattern, rule.methods, rule: index) }
        }
    }

    private mutating func add(_ pattern: RulePattern, _ methods: [String], rule: Int?) {
        let first = elements.count
        for element in pattern.elements {
            if case .segments(let range) = element {
                elements.append(.segments(letters.count + range.lowerBound..<letters.count + range.upperBound))
            } else {
                elements.append(element)
            }
        }
        letters += pattern.letters
        entries.append(
            Entry(
                elements: first..<elements.count, takesBelow: pattern.takesBelow, methods: MethodSet(methods),
                rule: rule))
    }

    /// Finds the rule for a request.
    ///
    /// - Parameters:
    ///   - method: As the client wrote it.
    ///   - path: In its normal form.
    ///   - isDoubtful: Whether the path holds an escaped slash or backslash, which the backend may take for a
    ///     separator: such a path is excluded from nothing, and a rule holds for it in either reading.
    /// - Returns: Its index in ``rules``; nil when the request is not limited.
    public func rule(method: Span<UInt8>, path: Span<UInt8>, isDoubtful: Bool) -> Int? {
        guard !policies.isEmpty else { return nil }
        let method = MethodSet(method)
        guard isDoubtful else { return find(method, path, mayBeFree: true) }
        let split = Self.splitAtEscapes(path)
        let (asSplit, asWritten) = (
            find(method, split.span, mayBeFree: false), find(method, path, mayBeFree: false)
        )
        return asSplit == policies.count - 1 ? asWritten : asSplit
    }

    private func find(_ method: MethodSet, _ path: Span<UInt8>, mayBeFree: Bool) -> Int? {
        let (entries, elements, letters) = (entries.span, elements.span, letters.span)
        for index in entries.indices where entries[index].methods.contains(method) {
            let entry = entries[index]
            guard mayBeFree || entry.rule != nil else { continue }
            let own = elements.extracting(entry.elements)
            if PathMatch.holds(path, own, letters, takesBelow: entry.takesBelow) { return entry.rule }
        }
        return policies.count - 1
    }

    /// The path as a server reads it that takes `%2F` and `%5C` for separators.
    private static func splitAtEscapes(_ path: Span<UInt8>) -> [UInt8] {
        var split: [UInt8] = []
        var index = 0
        while index < path.count {
            let isEscape = path[index] == UInt8(ascii: "%") && index + 2 < path.count
            let code = isEscape ? (path[index + 1], path[index + 2]) : (0, 0)
            if code == (UInt8(ascii: "2"), UInt8(ascii: "F")) || code == (UInt8(ascii: "5"), UInt8(ascii: "C")) {
                if split.last != UInt8(ascii: "/") { split.append(UInt8(ascii: "/")) }
                index += 3
            } else {
                if path[index] != UInt8(ascii: "/") || split.last != UInt8(ascii: "/") { split.append(path[index]) }
                index += 1
            }
        }
        return split
    }
}
