import RateLimit

extension QuotaPolicy {
    init(_ calls: Int, per periodSeconds: Int, id: UInt32 = 1) {
        self.init(id: id, quota: Quota(calls: calls, periodSeconds: periodSeconds))
    }
}

extension RateLimiter {
    /// How many of that many requests at one time are allowed.
    func allowed(_ requests: Int, _ policy: QuotaPolicy, client: UInt128 = 1, now: Int64) -> Int {
        (0..<requests).count { _ in decide(policy, client: client, now: now).isAllowed }
    }
}
