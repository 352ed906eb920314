/// How many requests to certain paths a client may make in a period.
public struct RateRule: Equatable, Sendable {
    /// The paths that it counts together.
    public let patterns: [RulePattern]
    /// The most requests in any window of the period.
    public let calls: Int
    public let periodSeconds: Int
    /// In capitals; empty is all.
    public let methods: [String]
    /// Why there is the rule.
    public let reason: String
    /// Tells the rule's counts from another's, also when a table is replaced by one with other rules around it.
    public let id: UInt32

    public init(patterns: [RulePattern], calls: Int, periodSeconds: Int, methods: [String], reason: String) {
        precondition(calls > 0 && periodSeconds > 0, "a rule without a limit or a period limits nothing")
        self.patterns = patterns
        self.calls = calls
        self.periodSeconds = periodSeconds
        self.methods = methods
        self.reason = reason
        id = Self.digest(patterns.map(\.text) + methods)
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
