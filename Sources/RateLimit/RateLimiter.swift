internal import Synchronization

/// Counts the requests of all clients, for all threads.
///
/// A client may make as many requests as its rule says in any window of the rule's period. Keys are spread over tables
/// with a lock each, so that two threads rarely meet.
public final class RateLimiter: Sendable {
    private final class Shard: Sendable {
        let table: Mutex<HitTable>

        init(_ table: HitTable) {
            self.table = Mutex(table)
        }
    }

    private static let shardCount = 64

    private let shards: [Shard]
    private let seed: UInt64

    /// - Parameters:
    ///   - keysMax: How many clients and rules are kept; beyond that the one idle for the longest time leaves.
    ///   - seed: Random.
    public init(keysMax: Int = 1 << 20, seed: UInt64) {
        self.seed = seed
        shards = (0..<Self.shardCount).map { _ in
            Shard(HitTable(capacity: max(1, keysMax / Self.shardCount), seed: seed))
        }
    }

    /// Decides on a request, and counts it if it is allowed.
    ///
    /// - Parameters:
    ///   - policy: Which limit holds.
    ///   - client: Who asks, as a number: an address, or what stands for a network.
    ///   - now: Milliseconds of any clock that does not go back.
    /// - Returns: Whether it is allowed, and what is left.
    public func decide(_ policy: QuotaPolicy, client: UInt128, now: Int64) -> RateDecision {
        let key = HitTable.Key(client: client, rule: policy.id)
        return shard(key).table.withLock { table in
            table.decide(key, policy, now: now)
        }
    }

    /// What a client has left, without counting anything.
    public func usage(_ policy: QuotaPolicy, client: UInt128, now: Int64) -> RateDecision {
        let key = HitTable.Key(client: client, rule: policy.id)
        return shard(key).table.withLock { table in
            table.usage(key, policy, now: now)
        }
    }

    /// Takes back a request that was allowed at a time: it is none of those that the rule is for.
    public func giveBack(_ policy: QuotaPolicy, client: UInt128, countedAt time: Int64) {
        let key = HitTable.Key(client: client, rule: policy.id)
        shard(key).table.withLock { table in
            table.giveBack(key, policy, countedAt: time)
        }
    }

    /// How many clients and rules are kept.
    public var keyCount: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.count } } }

    /// How many bytes that takes.
    public var byteCount: Int { shards.reduce(0) { $0 + $1.table.withLock { $0.byteCount } } }

    private func shard(_ key: HitTable.Key) -> Shard {
        // The top bits: the tables go by the low ones.
        shards[Int(key.hash(seed: seed) >> 58)]
    }
}
