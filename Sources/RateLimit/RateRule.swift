/// How many requests to certain paths a client may make in a period.
public struct RateRule: Equatable, Sendable {
    /// The paths that it counts together.
    public let patterns: [RulePattern]
    /// The most requests in any window of the period, from one address.
    public let quota: Quota
    /// In capitals; empty is all.
    public let methods: [String]
    /// Why there is the rule.
    public let reason: String
    /// What of a name is told: the rest is cut off.
    ///
    /// Twice as many and its quotes, should each need an escape, and two numbers fit a value.
    static let nameBytesMax = 40
    /// What `RateLimit-Policy` calls it; the table gives one to a rule that has none.
    public var name: String
    /// The quota of a request whose credential was verified; it is counted by credential, not by address.
    public let verified: Quota?
    /// Tells the rule's counts from another's, also when a table is replaced by one with other rules around it.
    public let id: UInt32

    public init(
        patterns: [RulePattern], calls: Int, periodSeconds: Int, methods: [String], reason: String, name: String = "",
        verified: Quota? = nil
    ) {
        self.patterns = patterns
        quota = Quota(calls: calls, periodSeconds: periodSeconds)
        self.methods = methods
        self.reason = reason
        self.name = name
        self.verified = verified
        id = Self.digest(patterns.map(\.text) + methods)
    }

    public var calls: Int { quota.calls }
    public var periodSeconds: Int { quota.periodSeconds }

    /// What a request is counted against.
    public var policy: QuotaPolicy { QuotaPolicy(id: id, quota: quota) }

    /// What a request with a verified credential is counted against; nil when it is like all others.
    public var verifiedPolicy: QuotaPolicy? {
        verified.map { QuotaPolicy(id: id ^ 0x9e37_79b9, quota: $0) }
    }

    /// The same rule with another quota; what was counted goes on to count.
    func with(_ quota: Quota) -> RateRule {
        RateRule(
            patterns: patterns, calls: quota.calls, periodSeconds: quota.periodSeconds, methods: methods,
            reason: reason, name: name, verified: verified)
    }

    /// FNV-1a over the words, 32 bits: the same in every process.
    private static func digest(_ words: [String]) -> UInt32 {
        var digest: UInt32 = 0x811c_9dc5
        for word in words {
            for byte in word.utf8 { digest = (digest ^ UInt32(byte)) &* 0x0100_0193 }
            digest = (digest ^ 0xff) &* 0x0100_0193
        }
        return digest
    }
}
