public import RateLimit

/// How often a client may ask.
///
/// What each means, its range and its default are in ``Schema``, below `rate_limits`.
public struct RateLimitSettings: Equatable, Sendable {
    /// A rule of the operator's own, checked.
    public struct Rule: Equatable, Sendable {
        /// As it was written: a ``RulePattern``.
        public let pattern: String
        public let calls: Int
        public let periodSeconds: Int
        /// In capitals; empty is all.
        public let methods: [String]
        /// Why there is the rule; empty when nobody said.
        public let reason: String
    }

    public enum Profile: String, Sendable { case guide, simpletuner }

    /// `RATE_LIMIT_CALLS`; 0 switches all rate limits off.
    public let calls: Int
    /// `RATE_LIMIT_PERIOD`.
    public let periodSeconds: Int
    public let profile: Profile
    public let ipv6PrefixLength: Int
    public let rules: [Rule]

    /// The table that these make.
    ///
    /// - Parameter overrides: Quotas in place of the standard rules', by pattern; nil is no limit.
    /// - Returns: The table.
    public func table(overrides: [String: Quota?] = [:]) -> RuleTable {
        let custom = rules.map { rule in
            do {
                return RateRule(
                    patterns: [try RulePattern(rule.pattern)], calls: rule.calls, periodSeconds: rule.periodSeconds,
                    methods: rule.methods, reason: rule.reason)
            } catch {
                preconditionFailure("a rule was accepted whose pattern is none: \(error)")
            }
        }
        let standard: StandardRules = profile == .guide ? .guide : .simpletuner
        return RuleTable(
            custom: custom, standard: standard, calls: calls, periodSeconds: periodSeconds, overrides: overrides)
    }

    init(_ values: SettingsValues) {
        calls = values.integer("rate_limits.calls")
        periodSeconds = values.integer("rate_limits.period")
        profile = values.choice("rate_limits.profile")
        ipv6PrefixLength = values.integer("rate_limits.ipv6_prefix")
        rules = values.rateRules("rate_limits.rules")
    }
}
