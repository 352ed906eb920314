import Testing

@testable import RateLimit

@Suite struct BoundedMemoryTests {
    @Test func `weakness 22: a million clients take less than a hundred mebibytes, and none has to leave`() {
        let (limiter, policy) = (RateLimiter(keysMax: 1_000_000, seed: 3), QuotaPolicy(5, per: 60))
        #expect(limiter.byteCount <= 100 << 20)
        for client in 0..<UInt128(1_000_000) { _ = limiter.decide(policy, client: client, now: 0) }
        #expect(limiter.keyCount == 1_000_000)
        #expect(limiter.evictionCount == 0)
        #expect(limiter.byteCount <= 100 << 20)
    }

    @Test func `two to the power of twenty fit as well`() {
        #expect(RateLimiter(keysMax: 1 << 20, seed: 3).byteCount <= 100 << 20)
    }

    /// Nothing grows when all is full: of clients, or of the times of their requests.
    @Test(arguments: [(1, 30_000), (1000, 60), (100, 600)])
    func `whoever is full reserves no more`(requests: Int, clients: Int) {
        let (limiter, policy) = (RateLimiter(keysMax: 1000, seed: 3), QuotaPolicy(requests, per: 60))
        let before = limiter.byteCount
        for client in 0..<clients {
            #expect(limiter.allowed(requests + 1, policy, client: UInt128(client), now: 5) == requests)
        }
        #expect(limiter.byteCount == before)
        #expect(limiter.keyCount <= 1088)
        #expect(limiter.evictionCount + limiter.keyCount == clients)
    }

    @Test func `the client that asked longest ago leaves first`() {
        var table = WindowTable(capacity: 4, seed: 1)
        let quota = Quota(calls: 2, periodSeconds: 60)
        func decide(_ client: UInt128, _ now: Int64) -> Int {
            let key = WindowKey(client: client, policy: 1)
            return table.decide(key, hash: key.hash(seed: 1), quota, now: now).remaining
        }
        for client in UInt128(1)...4 { #expect(decide(client, 0) == 1) }
        #expect(decide(1, 1) == 0)
        #expect(decide(5, 2) == 1)
        #expect(table.evictions == 1)
        #expect(decide(1, 3) == 0)
        // 2 has left, and its return makes 3 leave.
        #expect(decide(2, 4) == 1)
        #expect(decide(4, 5) == 0)
        #expect(decide(3, 6) == 1)
        #expect(table.count == 4)
    }

    @Test func `who has no request in any window leaves before there is need`() {
        var table = WindowTable(capacity: 100, seed: 1)
        func decide(_ client: UInt128, _ period: Int, _ now: Int64) {
            let key = WindowKey(client: client, policy: 1)
            _ = table.decide(key, hash: key.hash(seed: 1), Quota(calls: 2, periodSeconds: period), now: now)
        }
        for client in UInt128(0)..<50 { decide(client, 10, 0) }
        for client in UInt128(50)..<60 { decide(client, 10, 10_000) }
        #expect(table.count == 40)
        table.removeIdle(now: 10_000, max: 1000)
        #expect(table.count == 10)
        #expect(table.evictions == 0)
    }

    @Test func `a piece of the pool is used again`() {
        var pool = HitPool(pieceMax: 2)
        let (one, other) = (pool.take(), pool.take())
        #expect(pool.isFull)
        pool.give(one)
        #expect(!pool.isFull && pool.usedCount == 1)
        #expect(pool.take() == one && other != one)
        #expect(pool.isFull && pool.next(one) == HitPool.none)
    }
}
