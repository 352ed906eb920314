/// Which rule a request is counted by.
public struct RuleTable: Sendable {
    private struct Entry: Sendable {
        let pattern: RulePattern
        /// As bytes, because a text would be taken apart for each request; empty is all.
        let methods: [[UInt8]]
        /// The rule, as an index; nil for a path that is not limited.
        let rule: Int?
    }

    /// In the order in which they are tried; the last one is for all that no other is for.
    public let rules: [RateRule]
    private let entries: [Entry]

    /// - Parameters:
    ///   - custom: Rules of the operator's own; they come first, before what is excluded too.
    ///   - standard: Which table follows.
    ///   - calls: The limit where no rule says otherwise; 0 switches all limits off.
    ///   - periodSeconds: Its period.
    public init(custom: [RateRule] = [], standard: StandardRules = .guide, calls: Int = 100, periodSeconds: Int = 60) {
        guard calls > 0 else {
            rules = []
            entries = []
            return
        }
        let named = custom + standard.rules
        rules = named + [RateRule(patterns: [], calls: calls, periodSeconds: periodSeconds, methods: [], reason: "")]
        var entries: [Entry] = []
        for (index, rule) in named.enumerated() {
            if index == custom.count { entries += Self.free(standard) }
            for pattern in rule.patterns {
                entries.append(Entry(pattern: pattern, methods: rule.methods.map { Array($0.utf8) }, rule: index))
            }
        }
        self.entries = entries
    }

    private static func free(_ standard: StandardRules) -> [Entry] {
        standard.exclusions.map { Entry(pattern: $0.pattern, methods: $0.methods.map { Array($0.utf8) }, rule: nil) }
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
        guard !rules.isEmpty else { return nil }
        if isDoubtful {
            let split = Self.splitAtEscapes(path)
            return find(method, split.span) ?? find(method, path) ?? rules.count - 1
        }
        for entry in entries where Self.takes(entry, method) && entry.pattern.matches(path) { return entry.rule }
        return rules.count - 1
    }

    private func find(_ method: Span<UInt8>, _ path: Span<UInt8>) -> Int? {
        for entry in entries where Self.takes(entry, method) && entry.pattern.matches(path) {
            if let rule = entry.rule { return rule }
        }
        return nil
    }

    private static func takes(_ entry: Entry, _ method: Span<UInt8>) -> Bool {
        if entry.methods.isEmpty { return true }
        for known in entry.methods where known.count == method.count {
            var index = 0
            while index < known.count, known[index] == method[index] { index += 1 }
            if index == known.count { return true }
        }
        return false
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
