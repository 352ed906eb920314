import RateLimit
import Testing

@Suite struct RateLimiterTests {
    private func rule(_ calls: Int, per period: Int, _ name: String = "/x") throws -> QuotaPolicy {
        RateRule(patterns: [try RulePattern(name)], calls: calls, periodSeconds: period, methods: [], reason: "").policy
    }

    /// What a limiter is compared with: it keeps everything and counts it anew each time.
    private struct Oracle {
        var hits: [UInt128: [Int64]] = [:]

        mutating func decide(_ client: UInt128, _ calls: Int, _ period: Int64, _ now: Int64) -> (Bool, Int, Int64) {
            var own = hits[client, default: []].filter { now - $0 < period }
            let isAllowed = own.count < calls
            if isAllowed { own.append(now) }
            hits[client] = own
            return (isAllowed, calls - own.count, own.first.map { $0 + period - now } ?? 0)
        }
    }

    @Test(arguments: [(3, 1), (5, 60), (50, 7), (100, 60)])
    func `a quarter of a million random requests are decided as by counting all of them`(calls: Int, period: Int) throws
    {
        let limiter = RateLimiter(seed: 1)
        let rule = try rule(calls, per: period)
        var (oracle, random, now) = (Oracle(), SplitMix(state: UInt64(calls)), Int64(5_000_000_000))
        var differences = 0
        for _ in 0..<250_000 {
            now += Int64(random.next() % UInt64(max(2, period * 2000 / calls / 8)))
            let client = UInt128(random.next() % 7)
            let found = limiter.decide(rule, client: client, now: now)
            let (isAllowed, remaining, reset) = oracle.decide(client, calls, Int64(period) * 1000, now)
            let isSame =
                found.isAllowed == isAllowed && found.remaining == remaining && found.resetMilliseconds == Int(reset)
            if !isSame { differences += 1 }
        }
        #expect(differences == 0)
    }

    @Test func `a large limit is never exceeded in any window, and nearly used up`() throws {
        let (calls, period) = (2000, 10)
        let limiter = RateLimiter(seed: 1)
        let rule = try rule(calls, per: period)
        var (random, now, allowed) = (SplitMix(state: 9), Int64(123_456), [Int64]())
        for _ in 0..<200_000 {
            now += Int64(random.next() % 5)
            if limiter.decide(rule, client: 1, now: now).isAllowed { allowed.append(now) }
        }
        var start = 0
        var most = 0
        for (index, time) in allowed.enumerated() {
            while time - allowed[start] >= Int64(period) * 1000 { start += 1 }
            most = max(most, index - start + 1)
        }
        #expect(most <= calls)
        #expect(most > calls * 9 / 10)
    }

    @Test func `eight threads on one key get exactly the limit`() async throws {
        let limiter = RateLimiter(seed: 1)
        let rule = try rule(777, per: 60)
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<1000).count { _ in limiter.decide(rule, client: 1, now: 1000).isAllowed }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 777)
    }

    @Test func `a refused request costs nothing, and a returned one is free again`() throws {
        let limiter = RateLimiter(seed: 1)
        let rule = try rule(2, per: 10)
        #expect(limiter.decide(rule, client: 1, now: 0).remaining == 1)
        #expect(limiter.decide(rule, client: 1, now: 4000).remaining == 0)
        for now in stride(from: Int64(4001), to: 9999, by: 100) {
            #expect(!limiter.decide(rule, client: 1, now: now).isAllowed)
        }
        #expect(limiter.decide(rule, client: 1, now: 9999).resetSeconds == 1)
        #expect(limiter.decide(rule, client: 1, now: 10_000).isAllowed)
        limiter.giveBack(rule, client: 1, countedAt: 4000)
        #expect(limiter.usage(rule, client: 1, now: 10_001).remaining == 1)
        #expect(limiter.decide(rule, client: 1, now: 10_001).isAllowed)
        #expect(!limiter.decide(rule, client: 1, now: 10_002).isAllowed)
    }

    @Test func `rules and clients count apart`() throws {
        let limiter = RateLimiter(seed: 1)
        let (one, other) = (try rule(1, per: 10), try rule(1, per: 10, "/y"))
        #expect(limiter.decide(one, client: 1, now: 0).isAllowed)
        #expect(limiter.decide(other, client: 1, now: 0).isAllowed)
        #expect(limiter.decide(one, client: 1 << 64, now: 0).isAllowed)
        #expect(!limiter.decide(one, client: 1, now: 0).isAllowed)
    }

    @Test func `a million clients take less than a hundred mebibytes, and the longest idle leaves first`() throws {
        let limiter = RateLimiter(keysMax: 1 << 20, seed: 3)
        let rule = try rule(5, per: 60)
        for client in 0..<1_100_000 { _ = limiter.decide(rule, client: UInt128(client), now: Int64(client / 100)) }
        #expect(limiter.keyCount <= 1 << 20)
        #expect(limiter.keyCount > 1_000_000)
        #expect(limiter.byteCount <= 100 << 20)
        #expect(limiter.usage(rule, client: 1_099_999, now: 11_000).remaining == 4)
        #expect(limiter.usage(rule, client: 0, now: 11_000).remaining == 5)
    }

    @Test func `times that come round are not taken for new ones`() throws {
        let limiter = RateLimiter(seed: 1)
        let rule = try rule(1, per: 86_400)
        #expect(limiter.decide(rule, client: 1, now: 0).isAllowed)
        #expect(limiter.decide(rule, client: 1, now: (1 << 32) + 1000).isAllowed)
    }

    @Test func `the fields say what is left, by the guide's names and by the standard's`() {
        var text: [UInt8] = []
        let decision = RateDecision(
            isAllowed: true, limit: 100, remaining: 95, periodSeconds: 60, resetMilliseconds: 44_001)
        QuotaFields.write(decision, now: 1_705_320_000_000, to: &text)
        #expect(
            String(decoding: text, as: UTF8.self) == """
                X-RateLimit-Limit: 100\r\nX-RateLimit-Remaining: 95\r\nX-RateLimit-Reset: 1705320045\r\n\
                RateLimit-Policy: "default";q=100;w=60\r\nRateLimit: "default";r=95;t=45\r\n
                """)
    }
}

/// Random numbers that are the same each time.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
