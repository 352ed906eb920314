/// Which rule a request is counted by.
///
/// Shared, because it is looked at for each request: a copy of its parts would cost as much as a look-up.
public final class RuleTable: Sendable {
    struct Entry: Sendable {
        let pattern: RulePattern
        let methods: MethodSet
        /// The rule, as an index; nil for a path that is not limited.
        let rule: Int?
        private let lead: PathLead
        private let foldedLead: PathLead
        private let leadMask: PathLead

        init(pattern: RulePattern, methods: [String], rule: Int?) {
            self.pattern = pattern
            self.methods = MethodSet(names: methods)
            self.rule = rule
            let bytes = pattern.lead
            lead = PathLead(bytes.span, isFolded: false)
            foldedLead = PathLead(bytes.span, isFolded: true)
            leadMask = .mask(bytes.count)
        }

        /// Whether the pattern may match a path that begins so.
        func mayMatch(_ path: PathLead, _ reading: PathReading) -> Bool {
            path.begins(with: reading == .plain ? lead : foldedLead, mask: leadMask)
        }
    }

    /// What holds for a request.
    public enum Match: Equatable, Sendable {
        /// No limit, and no header that speaks of one.
        case excluded
        /// The rule at this index of ``RuleTable/rules``.
        case rule(Int)
    }

    /// In the order in which they are tried; the last one is for all that no other is for.
    ///
    /// There is none when limits are off.
    public let rules: [RateRule]
    /// The same without their words.
    public let policies: [QuotaPolicy]
    /// What requests with a verified credential are counted against; nil where they are like all others.
    public let verifiedPolicies: [QuotaPolicy?]
    let entries: [Entry]
    /// The rules' names as `RateLimit-Policy` has them, in quotes.
    public let policyNames: [[UInt8]]

    /// - Parameters:
    ///   - custom: Rules of the operator's own; they come first, before what is excluded too.
    ///   - standard: Which table follows.
    ///   - calls: The limit where no rule says otherwise, if not the standard's; 0 switches all limits off.
    ///   - periodSeconds: Its period, if not the standard's.
    ///   - overrides: Quotas in place of those of the rules that have a pattern with this text; nil is no limit.
    public init(
        custom: [RateRule] = [], standard: StandardRules = .guide, calls: Int? = nil, periodSeconds: Int? = nil,
        overrides: [String: Quota?] = [:]
    ) {
        let calls = calls ?? standard.fallback.calls
        guard calls > 0 else {
            rules = []
            policies = []
            verifiedPolicies = []
            entries = []
            policyNames = []
            return
        }
        var rules: [RateRule] = []
        var entries: [Entry] = []
        for (index, rule) in (custom + standard.rules).enumerated() {
            if index == custom.count { entries += Self.exclusions(standard) }
            let change = rule.patterns.lazy.compactMap { overrides[$0.text] }.first
            var rule = change.flatMap { $0 }.map { rule.with($0) } ?? rule
            if rule.name.isEmpty { rule.name = "custom-\(index + 1)" }
            let isFree = change == .some(.none)
            for pattern in rule.patterns {
                entries.append(Entry(pattern: pattern, methods: rule.methods, rule: isFree ? nil : index))
            }
            rules.append(rule)
        }
        rules.append(
            RateRule(
                patterns: [], calls: calls, periodSeconds: periodSeconds ?? standard.fallback.periodSeconds,
                methods: [], reason: "Default fallback",
                name: "default"))
        self.rules = rules
        policies = rules.map(\.policy)
        verifiedPolicies = rules.map(\.verifiedPolicy)
        self.entries = entries
        policyNames = rules.map { Self.quoted($0.name) }
    }

    private static func exclusions(_ standard: StandardRules) -> [Entry] {
        standard.exclusions.map { Entry(pattern: $0.pattern, methods: $0.methods, rule: nil) }
    }

    /// A structured string (RFC 9651, section 3.3.3); what none may hold is a question mark.
    private static func quoted(_ name: String) -> [UInt8] {
        var bytes = [UInt8(ascii: "\"")]
        for byte in name.utf8.prefix(RateRule.nameBytesMax) {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "?"))
        }
        return bytes + [UInt8(ascii: "\"")]
    }
}
