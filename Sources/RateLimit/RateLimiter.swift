internal import Synchronization

/// Counts the requests of all clients, for all threads.
///
/// A client may make as many requests as its policy says in any window of the policy's period. Keys are spread by a hash
/// over tables with a lock each, so that two threads rarely meet; what is full makes room within its own table. Memory is
/// bounded and reserved at the start: 94.5 MiB for a million keys, of which the system hands out what was once used.
///
/// Time is an argument, in milliseconds of any clock that does not go back. Threads may differ by what a turn of their
/// loops takes.
public final class RateLimiter: Sendable {
    private static let shardCount = 64

    private let shards: InlineArray<64, Mutex<WindowTable>>
    private let seed: UInt64

    /// - Parameters:
    ///   - keysMax: How many clients, each under one policy, are kept; up to a thirty-second part more.
    ///   - seed: Random, and a secret.
    public init(keysMax: Int = 1_000_000, seed: UInt64) {
        precondition(keysMax > 0, "a limiter has room for some clients")
        self.seed = seed
        // Hashes do not spread evenly: a thirty-second part more makes room for all keys.
        let share = (keysMax + Self.shardCount - 1) / Self.shardCount
        let capacity = share + share / 32
        shards = InlineArray { _ in Mutex(WindowTable(capacity: capacity, seed: seed)) }
    }

    /// Decides on a request, and counts it if it is allowed.
    ///
    /// - Parameters:
    ///   - policy: Which limit holds.
    ///   - client: Who asks, as a number: an address, or what stands for a network or a credential.
    ///   - now: Milliseconds.
    /// - Returns: What became of it, and what is left.
    public func decide(_ policy: QuotaPolicy, client: UInt128, now: Int64) -> RateDecision {
        let key = WindowKey(client: client, policy: policy.id)
        let hash = key.hash(seed: seed)
        return shards[Self.shard(hash)].withLock { $0.decide(key, hash: hash, policy.quota, now: now) }
    }

    /// What a client has left, without counting anything.
    public func usage(_ policy: QuotaPolicy, client: UInt128, now: Int64) -> RateDecision {
        let key = WindowKey(client: client, policy: policy.id)
        let hash = key.hash(seed: seed)
        return shards[Self.shard(hash)].withLock { $0.usage(key, hash: hash, policy.quota, now: now) }
    }

    /// Takes back a request that was allowed, once; one that no longer counts changes nothing.
    ///
    /// It was none of those that the policy is for: an upload with a valid token under the limit for strangers.
    ///
    /// - Parameters:
    ///   - policy: What it was counted under.
    ///   - client: Whose it was.
    ///   - time: ``RateDecision/countedAt``.
    public func giveBack(_ policy: QuotaPolicy, client: UInt128, countedAt time: Int64) {
        let key = WindowKey(client: client, policy: policy.id)
        let hash = key.hash(seed: seed)
        shards[Self.shard(hash)].withLock { $0.giveBack(key, hash: hash, policy.quota, countedAt: time) }
    }

    /// Forgets what is counted of a client under a policy.
    public func remove(_ policy: QuotaPolicy, client: UInt128) {
        let key = WindowKey(client: client, policy: policy.id)
        let hash = key.hash(seed: seed)
        shards[Self.shard(hash)].withLock { $0.remove(key, hash: hash) }
    }

    /// Lets those leave who did not ask for longer than any period; a little at a time, for it holds the locks.
    ///
    /// Nothing depends on it but ``keyCount``: room is made when it is needed.
    public func removeIdle(now: Int64, maxPerShard: Int = 256) {
        for index in shards.indices { shards[index].withLock { $0.removeIdle(now: now, max: maxPerShard) } }
    }

    /// How many clients, each under one policy, are kept.
    public var keyCount: Int { sum { $0.count } }

    /// How many left because there was no room, though they may still have counted.
    public var evictionCount: Int { sum { $0.evictions } }

    /// How many bytes are reserved for all that can be kept.
    public var byteCount: Int { sum { $0.reservedBytes } }

    private func sum(_ number: (borrowing WindowTable) -> Int) -> Int {
        var total = 0
        for index in shards.indices { total += shards[index].withLock { number($0) } }
        return total
    }

    /// By the top bits: the tables go by the low ones.
    private static func shard(_ hash: UInt64) -> Int { Int(hash >> 58) }
}
