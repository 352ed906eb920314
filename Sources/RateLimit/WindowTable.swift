/// The windows of a part of all clients: a hash table whose entries are also in the order of their last use.
///
/// All its memory is reserved when it is made. When it is full, of clients or of the times of their requests, the client
/// that asked longest ago makes room; who did not ask for longer than any period makes room before that.
struct WindowTable: Sendable {
    struct Slot: Sendable {
        var key: WindowKey
        var window = SlidingWindow()
        var chain = WindowTable.none
        var older = WindowTable.none
        var newer = WindowTable.none
        /// When the client last asked.
        var latest: Int64
    }

    static let none = UInt32.max

    let capacity: Int
    let seed: UInt64
    var buckets: [UInt32]
    var slots: [Slot] = []
    /// Unused slots, linked by `chain`.
    var free = WindowTable.none
    var freeCount = 0
    var oldest = WindowTable.none
    var newest = WindowTable.none
    private var pool: HitPool
    /// The longest period that was asked for, in milliseconds.
    private var longestPeriod: Int64 = 0
    /// How many clients were made to leave who may still have counted.
    private(set) var evictions = 0

    init(capacity: Int, seed: UInt64) {
        precondition(capacity > 0 && capacity < 1 << 28, "a table has room for some clients")
        self.capacity = capacity
        self.seed = seed
        var bucketCount = 16
        while bucketCount * 5 / 4 < capacity { bucketCount *= 2 }
        buckets = Array(repeating: Self.none, count: bucketCount)
        slots.reserveCapacity(capacity)
        pool = HitPool(pieceMax: max(capacity + capacity / 8, SlidingWindow.pieceMax + 1))
    }

    var count: Int { slots.count - freeCount }

    /// All the memory that it will ever have.
    var reservedBytes: Int {
        buckets.capacity * MemoryLayout<UInt32>.stride + slots.capacity * MemoryLayout<Slot>.stride + pool.reservedBytes
    }

    /// Counts a request if it is allowed.
    mutating func decide(_ key: WindowKey, hash: UInt64, _ quota: Quota, now: Int64) -> RateDecision {
        longestPeriod = max(longestPeriod, quota.periodMilliseconds)
        let index = find(key, hash) ?? make(key, hash, now)
        use(index)
        while pool.isFull { evict(oldest, isLive: true) }
        let time = touch(index, quota, now)
        return slots[Int(index)].window.decide(quota, now: time, &pool)
    }

    /// What is left, without counting anything.
    mutating func usage(_ key: WindowKey, hash: UInt64, _ quota: Quota, now: Int64) -> RateDecision {
        guard let index = find(key, hash) else {
            return RateDecision(
                isAllowed: true, limit: quota.calls, remaining: quota.calls, periodSeconds: quota.periodSeconds,
                resetMilliseconds: 0, countedAt: now)
        }
        let time = touch(index, quota, now)
        return slots[Int(index)].window.usage(quota, now: time, &pool)
    }

    /// Takes a request back, as of when the client last asked: since then nothing has left its window.
    mutating func giveBack(_ key: WindowKey, hash: UInt64, _ quota: Quota, countedAt time: Int64) {
        guard let index = find(key, hash) else { return }
        let latest = slots[Int(index)].latest
        slots[Int(index)].window.giveBack(time, quota, now: latest, &pool)
    }

    mutating func remove(_ key: WindowKey, hash: UInt64) {
        if let index = find(key, hash) { evict(index, isLive: false) }
    }

    /// Lets those leave who did not ask for longer than any period.
    mutating func removeIdle(now: Int64, max countMax: Int) {
        var left = countMax
        while left > 0, oldest != Self.none, slots[Int(oldest)].latest + longestPeriod <= now {
            evict(oldest, isLive: false)
            left -= 1
        }
    }

    /// Sets when the client last asked.
    ///
    /// Threads read their clocks at different moments: a window's time never goes back, or what was counted a moment ago
    /// would seem to lie a whole round of the clock behind.
    private mutating func touch(_ index: UInt32, _ quota: Quota, _ now: Int64) -> Int64 {
        let latest = slots[Int(index)].latest
        // Times are 32 bits: after weeks without a request they would be taken for new ones.
        if now - latest >= quota.periodMilliseconds { slots[Int(index)].window.removeAll(&pool) }
        slots[Int(index)].latest = max(now, latest)
        return max(now, latest)
    }

    private mutating func make(_ key: WindowKey, _ hash: UInt64, _ now: Int64) -> UInt32 {
        removeIdle(now: now, max: 2)
        if count == capacity { evict(oldest, isLive: true) }
        return insert(key, hash, now)
    }

    /// Takes a client out, with all that is counted of it.
    private mutating func evict(_ index: UInt32, isLive: Bool) {
        if isLive { evictions += 1 }
        slots[Int(index)].window.removeAll(&pool)
        unlink(index)
        unchain(index)
    }
}
