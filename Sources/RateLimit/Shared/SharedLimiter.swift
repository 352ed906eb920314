/// A limit for keys of any kind, whose counts may be shared with other processes.
///
/// ```swift
/// let limiter = SharedLimiter(maxRequests: 100, windowSeconds: 60, keyPrefix: "api", store: MemoryWindowStore())
/// guard try await limiter.check("user:123") else { throw RateLimitExceeded() }
/// ```
///
/// Limiters with one store and one prefix count together. A refused request costs nothing.
public struct SharedLimiter<Store: WindowStore>: Sendable {
    public let quota: Quota
    private let prefix: String
    private let store: Store

    /// - Parameters:
    ///   - maxRequests: The most requests in any window, 1 to ``Quota/callsMax``.
    ///   - windowSeconds: 1 to ``Quota/periodSecondsMax``.
    ///   - keyPrefix: Keeps its keys apart from those of other limiters.
    ///   - store: Where it counts.
    public init(maxRequests: Int, windowSeconds: Int, keyPrefix: String = "ratelimit", store: Store) {
        quota = Quota(calls: maxRequests, periodSeconds: windowSeconds)
        prefix = keyPrefix + ":"
        self.store = store
    }

    /// Counts a request, if it is allowed.
    ///
    /// - Returns: Whether it is.
    /// - Throws: When the store cannot be reached.
    public func check(_ key: String) async throws -> Bool {
        try await decide(key).isAllowed
    }

    /// The same, with what a response's headers say (``QuotaFields``).
    public func decide(_ key: String) async throws -> RateDecision {
        try await store.decide(prefix + key, quota)
    }

    /// Counts a request, if it is allowed, and lets the body answer it either way.
    ///
    /// - Parameters:
    ///   - key: Who asks.
    ///   - body: Is told whether the request is allowed.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws, and then the request stays counted; or when the store cannot be reached.
    public func track<Answer>(
        _ key: String, _ body: (_ isAllowed: Bool) async throws -> Answer
    ) async throws -> Answer {
        try await body(try await check(key))
    }

    /// How much of the limit is used, without counting anything.
    public func usage(_ key: String) async throws -> WindowUsage {
        let decision = try await store.usage(prefix + key, quota)
        return WindowUsage(
            count: decision.used, limit: decision.limit,
            resetInSeconds: decision.resetMilliseconds > 0 ? decision.resetSeconds : 0)
    }

    /// Forgets what is counted for a key.
    public func reset(_ key: String) async throws {
        try await store.reset(prefix + key)
    }
}

extension SharedLimiter {
    /// 100 webhooks a minute, by client address.
    public static func webhooks(store: Store) -> SharedLimiter {
        SharedLimiter(maxRequests: 100, windowSeconds: 60, keyPrefix: "webhooks", store: store)
    }

    /// 50 uploads a minute, by client address.
    public static func storage(store: Store) -> SharedLimiter {
        SharedLimiter(maxRequests: 50, windowSeconds: 60, keyPrefix: "storage", store: store)
    }
}
