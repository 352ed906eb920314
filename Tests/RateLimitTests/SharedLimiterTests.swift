import RateLimit
import Synchronization
import Testing

@Suite struct SharedLimiterTests {
    private final class Clock: Sendable {
        let milliseconds = Atomic<Int64>(0)
        func advance(seconds: Int64) { milliseconds.add(seconds * 1000, ordering: .relaxed) }
    }

    private let clock = Clock()

    private func store(keysMax: Int = 100) -> MemoryWindowStore {
        let clock = clock
        return MemoryWindowStore(keysMax: keysMax) { clock.milliseconds.load(ordering: .relaxed) }
    }

    private struct RateLimitExceeded: Error {}

    /// The guide's example of getting a limiter.
    @Test func `check and track count by themselves`() async throws {
        let limiter = SharedLimiter(maxRequests: 3, windowSeconds: 60, keyPrefix: "api", store: store())
        guard try await limiter.check("user:123") else { throw RateLimitExceeded() }
        var statuses: [Int] = []
        for _ in 0..<3 {
            statuses.append(try await limiter.track("user:123") { isAllowed in isAllowed ? 200 : 429 })
        }
        #expect(statuses == [200, 200, 429])
        #expect(try await limiter.check("user:124"))
        clock.advance(seconds: 60)
        #expect(try await limiter.check("user:123"))
    }

    @Test func `it answers to SimpleTuner's names as well`() async throws {
        let limiter = SharedLimiter(maxRequests: 2, windowSeconds: 60, store: store())
        #expect(try await limiter.isAllowed("user:123"))
        #expect(try await limiter.currentCount("user:123") == 0)
        #expect(try await limiter.checkAndUpdate("user:123") == (true, 1, 1))
        #expect(try await limiter.checkAndUpdate("user:123") == (true, 2, 0))
        #expect(try await limiter.checkAndUpdate("user:123") == (false, 2, 0))
        #expect(try await !limiter.isAllowed("user:123"))
        #expect(try await limiter.remaining("user:123") == 0)
        try await limiter.reset("user:123")
        #expect(try await limiter.remaining("user:123") == 2)
    }

    @Test func `what a tracked body throws is passed on, and the request stays counted`() async throws {
        let limiter = SharedLimiter(maxRequests: 3, windowSeconds: 60, store: store())
        await #expect(throws: RateLimitExceeded.self) {
            try await limiter.track("user:123") { _ in throw RateLimitExceeded() }
        }
        #expect(try await limiter.usage("user:123").count == 1)
    }

    /// The guide's example of limiters that are configured already.
    @Test func `webhooks have a hundred requests a minute, storage fifty`() async throws {
        let store = store()
        let (webhooks, storage) = (SharedLimiter.webhooks(store: store), SharedLimiter.storage(store: store))
        var allowed = (0, 0)
        for _ in 0..<150 {
            if try await webhooks.check("203.0.113.7") { allowed.0 += 1 }
            if try await storage.check("203.0.113.7") { allowed.1 += 1 }
        }
        #expect(allowed == (100, 50))
    }

    /// The guide's example of monitoring.
    @Test func `usage counts nothing, and says when the oldest request leaves`() async throws {
        let limiter = SharedLimiter(maxRequests: 2, windowSeconds: 60, store: store())
        #expect(try await limiter.usage("user:123") == WindowUsage(count: 0, limit: 2, resetInSeconds: 0))
        _ = try await limiter.check("user:123")
        clock.advance(seconds: 15)
        for _ in 0..<3 { _ = try await limiter.check("user:123") }
        let usage = try await limiter.usage("user:123")
        #expect(usage == WindowUsage(count: 2, limit: 2, resetInSeconds: 45))
        #expect(usage.remaining == 0)
        try await limiter.reset("user:123")
        #expect(try await limiter.usage("user:123").count == 0)
    }

    @Test func `limiters with one store and one prefix count together, others apart`() async throws {
        let store = store()
        let one = SharedLimiter(maxRequests: 1, windowSeconds: 60, keyPrefix: "a", store: store)
        let same = SharedLimiter(maxRequests: 1, windowSeconds: 60, keyPrefix: "a", store: store)
        let other = SharedLimiter(maxRequests: 1, windowSeconds: 60, keyPrefix: "a:b", store: store)
        #expect(try await one.check("x"))
        #expect(try await !same.check("x"))
        #expect(try await other.check("x"))
    }

    @Test func `a memory store is bounded`() async throws {
        let store = store(keysMax: 10)
        let limiter = SharedLimiter(maxRequests: 1, windowSeconds: 60, store: store)
        for user in 0..<1000 { #expect(try await limiter.check("user:\(user)")) }
        #expect(store.keyCount == 10)
        #expect(try await !limiter.check("user:999"))
    }

    @Test func `the default clock goes on`() async throws {
        let now = MemoryWindowStore.monotonic()
        let before = now()
        #expect(before >= 0 && before < 60_000)
        #expect(now() >= before)
    }
}
