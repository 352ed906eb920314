import RateLimit

/// How a rule of the rate limiter is written in an environment variable: `^/api/jobs$ 5/300 POST PUT`.
extension RateLimitSettings.Rule: CustomStringConvertible {
    static let callsRange = 1...1_000_000_000
    static let periodRange = 1...86400
    /// What HTTP knows as a method, as far as it is worth a rule.
    static let knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 2, RulePattern.problem(in: String(words[0])) == nil else { return nil }
        let numbers = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard numbers.count == 2, let calls = Self.number(numbers[0], in: Self.callsRange),
            let period = Self.number(numbers[1], in: Self.periodRange)
        else { return nil }
        let methods = words[2...].map(String.init)
        guard methods.allSatisfy(Self.knownMethods.contains) else { return nil }
        self.init(
            pattern: String(words[0]), calls: calls, periodSeconds: period, methods: methods, reason: "")
    }

    public var description: String {
        ([pattern, "\(calls)/\(periodSeconds)"] + methods).joined(separator: " ")
    }

    static func number(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        guard case .integer(let number) = SettingKind.integer(range).value(of: String(text)) else { return nil }
        return number
    }
}
