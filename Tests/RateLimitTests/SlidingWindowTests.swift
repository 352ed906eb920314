import RateLimit
import Testing

@Suite struct SlidingWindowTests {
    /// Each row: at which seconds requests come, and which get through, where two are allowed in any ten seconds.
    @Test(arguments: [
        (seconds: [0, 1], allowed: [true, true]),
        (seconds: [0, 1, 2], allowed: [true, true, false]),
        (seconds: [0, 9, 10], allowed: [true, true, true]),
        (seconds: [9, 9, 11, 18, 19], allowed: [true, true, false, false, true]),
        (seconds: [0, 9, 9, 10, 11, 18, 19], allowed: [true, true, false, true, false, false, true]),
    ])
    func `a request leaves the window one period after it came`(seconds: [Int64], allowed: [Bool]) {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(2, per: 10))
        let found = seconds.map { limiter.decide(policy, client: 1, now: $0 * 1000).isAllowed }
        #expect(found == allowed)
    }

    /// A million events in all, some of which are taken back.
    @Test(arguments: [(1, 1), (3, 1), (7, 60), (100, 60), (1000, 300)])
    func `random events are decided as by counting all of them`(calls: Int, period: Int) {
        let (limiter, policy) = (RateLimiter(keysMax: 640, seed: 1), QuotaPolicy(calls, per: period))
        var oracles = Array(repeating: WindowOracle(calls: calls, periodSeconds: period), count: 5)
        var (random, now) = (SplitMix(state: UInt64(calls)), Int64(1) << 32 - 3_000_000)
        var allowed = oracles.map { _ in [Int64]() }
        var differences = 0
        for _ in 0..<200_000 {
            now += Int64(random.below(max(2, period * 2000 / calls / oracles.count)))
            let client = random.below(oracles.count)
            let found = limiter.decide(policy, client: UInt128(client), now: now)
            let expected = oracles[client].decide(now)
            if (found.isAllowed, found.remaining, found.resetMilliseconds) != expected { differences += 1 }
            guard found.isAllowed else { continue }
            if random.below(10) == 0 {
                limiter.giveBack(policy, client: UInt128(client), countedAt: found.countedAt)
                oracles[client].giveBack(now)
            } else {
                allowed[client].append(now)
            }
        }
        #expect(differences == 0)
        for times in allowed { #expect(WindowOracle.most(times, periodSeconds: period) <= calls) }
    }

    @Test(arguments: [(1001, 10), (2000, 10), (20_000, 10)])
    func `a large limit is never exceeded in any window, and nearly used up`(calls: Int, period: Int) {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(calls, per: period))
        var (random, now, allowed) = (SplitMix(state: 9), Int64(123_456), [Int64]())
        for _ in 0..<100_000 {
            // Twice as many as are allowed, and now and then a burst or a pause.
            if random.below(3) == 0 { now += Int64(random.below(max(2, period * 2000 / calls + 1))) }
            if random.below(40_000) == 0 { now += Int64(random.below(period * 1500)) }
            let found = limiter.decide(policy, client: 1, now: now)
            guard found.isAllowed else { continue }
            if random.below(10) == 0 {
                limiter.giveBack(policy, client: 1, countedAt: found.countedAt)
            } else {
                allowed.append(now)
            }
        }
        let most = WindowOracle.most(allowed, periodSeconds: period)
        #expect(most <= calls)
        #expect(most > calls * 31 / 32 - 1)
    }

    @Test func `who asks in bursts gets all of a large limit, again when the period is over`() {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(5000, per: 60))
        for round in Int64(0)..<5 {
            let now = 7_000 + round * 60_000
            #expect(limiter.allowed(6000, policy, now: now) == 5000)
            #expect(limiter.decide(policy, client: 1, now: now + 59_999).resetMilliseconds == 1)
        }
    }

    @Test func `a refused request costs nothing`() {
        let (limiter, policy) = (RateLimiter(keysMax: 64, seed: 1), QuotaPolicy(2, per: 10))
        #expect(limiter.decide(policy, client: 1, now: 0).remaining == 1)
        #expect(limiter.decide(policy, client: 1, now: 4000).remaining == 0)
        #expect(limiter.allowed(100, policy, now: 9999) == 0)
        #expect(limiter.decide(policy, client: 1, now: 9999).resetSeconds == 1)
        #expect(limiter.decide(policy, client: 1, now: 10_000).isAllowed)
        #expect(!limiter.decide(policy, client: 1, now: 10_000).isAllowed)
    }
}
