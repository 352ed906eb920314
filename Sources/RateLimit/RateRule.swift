/// How many requests to certain paths a client may make in a period.
public struct RateRule: Equatable, Sendable {
    /// The paths that it counts together.
    public let patterns: [RulePattern]
    /// In capitals; empty is all.
    public let methods: [String]
    /// Why there is the rule.
    public let reason: String
    /// Its number stays when a table is replaced by one with other rules around it.
    public let policy: QuotaPolicy

    public var calls: Int { policy.calls }
    public var periodSeconds: Int { policy.periodSeconds }

    public init(patterns: [RulePattern], calls: Int, periodSeconds: Int, methods: [String], reason: String) {
        self.patterns = patterns
        self.methods = methods
        self.reason = reason
        policy = QuotaPolicy(
            id: Self.digest(patterns.map(\.text) + methods), calls: calls, periodSeconds: periodSeconds)
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
