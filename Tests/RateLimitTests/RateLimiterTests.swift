import Testing

@testable import RateLimit

@Suite struct RateLimiterTests {
    @Test(arguments: [777, 3000])
    func `weakness 22: eight threads on one key get exactly the limit`(calls: Int) async {
        let (limiter, policy) = (RateLimiter(keysMax: 640, seed: 1), QuotaPolicy(calls, per: 60))
        let allowed = await withTaskGroup(of: Int.self) { group in
            // Their clocks were read at different moments.
            for thread in Int64(0)..<8 {
                group.addTask {
                    (0..<Int64(1000)).count { limiter.decide(policy, client: 1, now: 1000 + $0 - thread * 7).isAllowed }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == calls)
    }

    @Test func `policies and clients count apart`() {
        let limiter = RateLimiter(keysMax: 640, seed: 1)
        let (one, other) = (QuotaPolicy(1, per: 10), QuotaPolicy(1, per: 10, id: 2))
        for client in [UInt128(1), 1 << 64, 1 << 127, 0] {
            #expect(limiter.allowed(3, one, client: client, now: 0) == 1)
            #expect(limiter.allowed(3, other, client: client, now: 0) == 1)
        }
        #expect(limiter.keyCount == 8)
    }

    @Test func `a thread whose clock is a moment behind is counted with the others`() {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(5, per: 60))
        #expect(limiter.allowed(5, policy, now: 1001) == 5)
        #expect(limiter.allowed(5, policy, now: 1000) == 0)
        #expect(limiter.usage(policy, client: 1, now: 900).remaining == 0)
        #expect(limiter.allowed(1, policy, now: 60_999) == 0)
        #expect(limiter.decide(policy, client: 1, now: 61_001).countedAt == 61_001)
        #expect(limiter.decide(policy, client: 1, now: 61_000).countedAt == 61_001)
    }

    /// Times are kept as 32 bits of milliseconds.
    @Test(arguments: [1, 86_400])
    func `times that come round are not taken for new ones`(period: Int) {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(1, per: period))
        #expect(limiter.decide(policy, client: 1, now: 0).isAllowed)
        for day in Int64(0)..<50 { _ = limiter.decide(policy, client: 2, now: day * 86_400_000) }
        #expect(limiter.decide(policy, client: 1, now: 1 << 32).isAllowed)
    }

    /// A policy that changes keeps what was counted.
    @Test(arguments: [
        (QuotaPolicy(2000, per: 60), QuotaPolicy(500, per: 60), 0),
        (QuotaPolicy(500, per: 60), QuotaPolicy(2000, per: 60), 1500),
        (QuotaPolicy(1000, per: 60), QuotaPolicy(1500, per: 60), 500),
        (QuotaPolicy(9, per: 10), QuotaPolicy(9, per: 300), 0),
        (QuotaPolicy(4000, per: 10), QuotaPolicy(4000, per: 300), 0),
        (QuotaPolicy(4000, per: 60), QuotaPolicy(4000, per: 1), 4000),
    ])
    func `a new quota counts the requests of before`(before: QuotaPolicy, after: QuotaPolicy, allowed: Int) {
        let limiter = RateLimiter(keysMax: 64, seed: 1)
        let day = Int64(86_400_000)
        #expect(limiter.allowed(5000, before, now: 20 * day) == before.quota.calls)
        #expect(limiter.allowed(5000, after, now: 20 * day + 5000) == allowed)
        let later = 20 * day + 5000 + Int64(after.quota.periodSeconds) * 1000
        #expect(limiter.allowed(5000, after, now: later) == after.quota.calls)
    }

    @Test func `keys that someone chose do not meet in one place`() {
        let seed: UInt64 = 0x1234_5678
        var places = Set<UInt64>()
        for index in 0..<4096 {
            places.insert(WindowKey(client: UInt128(index) << 64, policy: 1).hash(seed: seed) & 0xfffff)
            places.insert(WindowKey(client: UInt128(index), policy: 1).hash(seed: seed) & 0xfffff)
        }
        #expect(places.count > 8000)
    }
}
