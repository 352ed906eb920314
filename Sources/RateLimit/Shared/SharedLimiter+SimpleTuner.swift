/// The names that SimpleTuner's own limiter has for the same.
extension SharedLimiter {
    /// `is_allowed`: whether a request would be allowed now; nothing is counted.
    public func isAllowed(_ key: String) async throws -> Bool {
        try await usage(key).remaining > 0
    }

    /// `check_and_update`: counts a request, if it is allowed.
    ///
    /// - Returns: Whether it is, how many count now, and how many more would be allowed.
    public func checkAndUpdate(_ key: String) async throws -> (isAllowed: Bool, count: Int, remaining: Int) {
        let decision = try await decide(key)
        return (decision.isAllowed, decision.used, decision.remaining)
    }

    /// `get_remaining`: how many more requests would be allowed now.
    public func remaining(_ key: String) async throws -> Int {
        try await usage(key).remaining
    }

    /// `get_current_count`: how many requests count now.
    public func currentCount(_ key: String) async throws -> Int {
        try await usage(key).count
    }
}
