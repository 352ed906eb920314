import RateLimit
import Testing

@Suite struct GivingBackTests {
    private let limiter = RateLimiter(keysMax: 64, seed: 1)

    private func giveBack(_ time: Int64, _ policy: QuotaPolicy) {
        limiter.giveBack(policy, client: 1, countedAt: time)
    }

    @Test func `one is free again, and the others keep their times`() {
        let policy = QuotaPolicy(10, per: 10)
        for second in Int64(0)..<10 { _ = limiter.decide(policy, client: 1, now: second * 1000) }
        giveBack(4000, policy)
        #expect(limiter.usage(policy, client: 1, now: 9000).remaining == 1)
        let left = (10..<20).map { limiter.usage(policy, client: 1, now: Int64($0) * 1000).remaining }
        #expect(left == [2, 3, 4, 5, 5, 6, 7, 8, 9, 10])
    }

    @Test(arguments: [
        (countedAt: Int64(1), now: Int64(100)), (countedAt: 0, now: 10_000), (countedAt: 500, now: 400),
    ])
    func `what does not count changes nothing`(countedAt: Int64, now: Int64) {
        let policy = QuotaPolicy(3, per: 10)
        for time in [Int64(0), 50, 90] { _ = limiter.decide(policy, client: 1, now: time) }
        let before = limiter.usage(policy, client: 1, now: now)
        giveBack(countedAt, policy)
        #expect(limiter.usage(policy, client: 1, now: now) == before)
        giveBack(0, QuotaPolicy(3, per: 10, id: 2))
    }

    @Test func `what has left a large limit's window frees nobody else's place`() {
        let policy = QuotaPolicy(2000, per: 10)
        #expect(limiter.allowed(500, policy, now: 0) == 500)
        #expect(limiter.allowed(2000, policy, now: 9000) == 1500)
        // One group holds requests of both times, and leaves with the later ones.
        let before = limiter.usage(policy, client: 1, now: 10_000)
        #expect((1500..<1564).contains(before.used))
        for _ in 0..<100 { giveBack(0, policy) }
        #expect(limiter.usage(policy, client: 1, now: 10_000) == before)
    }

    @Test func `all of them can be given back, and their memory is used again`() {
        let policy = QuotaPolicy(1000, per: 60)
        for round in Int64(0)..<50 {
            for time in 0..<Int64(1000) { _ = limiter.decide(policy, client: 1, now: round * 1000 + time) }
            for time in 0..<Int64(1000) { giveBack(round * 1000 + time, policy) }
            #expect(limiter.usage(policy, client: 1, now: round * 1000 + 999).used == 0)
        }
        #expect(limiter.evictionCount == 0)
    }

    @Test func `of a large limit a request is free at once, and others stay counted no shorter`() {
        let policy = QuotaPolicy(5000, per: 60)
        for time in 0..<Int64(5000) { _ = limiter.decide(policy, client: 1, now: time) }
        for time in stride(from: Int64(0), to: 5000, by: 10) { giveBack(time, policy) }
        #expect(limiter.usage(policy, client: 1, now: 5000).used == 4500)
        for end in stride(from: Int64(60_000), through: 65_000, by: 250) {
            let inWindow = (0..<Int64(5000)).count { $0 % 10 != 0 && end - $0 < 60_000 }
            #expect(limiter.usage(policy, client: 1, now: end).used >= inWindow)
        }
        #expect(limiter.usage(policy, client: 1, now: 65_000).used == 0)
    }
}
