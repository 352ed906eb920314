/// What is counted of a part of all clients: a hash table whose entries are also in the order of their last use.
///
/// It is full at a number of entries; then the one that was not used for the longest time makes room.
struct HitTable: Sendable {
    /// A client under one rule.
    struct Key: Equatable, Sendable {
        let client: UInt128
        let rule: UInt32

        /// Mixes all bits (the finisher of MurmurHash3, 64 bits), with a secret, so that nobody can choose keys that
        /// meet in one place.
        func hash(seed: UInt64) -> UInt64 {
            var mixed = UInt64(truncatingIfNeeded: client) ^ seed
            mixed = Self.mix(mixed) ^ UInt64(truncatingIfNeeded: client >> 64) ^ UInt64(rule) &* 0x9e37_79b9_7f4a_7c15
            return Self.mix(mixed)
        }

        private static func mix(_ value: UInt64) -> UInt64 {
            var value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
            value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
            return value ^ (value >> 33)
        }
    }

    private struct Entry: Sendable {
        // Two halves: a 128-bit number would be aligned to 16 bytes.
        let clientLow: UInt64
        let clientHigh: UInt64
        let rule: UInt32
        var hits = HitLog.Queue()
        /// Its place in ``windows``, if its limit is a large one.
        var window = HitTable.none
        var chain: UInt32
        var older = HitTable.none
        var newer = HitTable.none

        func isFor(_ key: Key) -> Bool {
            clientLow == UInt64(truncatingIfNeeded: key.client) && rule == key.rule
                && clientHigh == UInt64(truncatingIfNeeded: key.client >> 64)
        }
    }

    private static let none = UInt32.max
    /// Limits up to this one are kept exactly, request by request.
    static let exactMax = 1000

    private let capacity: Int
    private var buckets: [UInt32] = []
    private var entries: [Entry] = []
    private var free: [UInt32] = []
    private var log = HitLog()
    private var windows: [CoarseWindow] = []
    private var freeWindows: [UInt32] = []
    private var oldest = HitTable.none
    private var newest = HitTable.none
    private var lastNow: Int64 = 0
    private let seed: UInt64

    init(capacity: Int, seed: UInt64) {
        precondition(capacity > 0 && capacity < Int(UInt32.max), "a table has room for some entries")
        self.capacity = capacity
        self.seed = seed
    }

    var count: Int { entries.count - free.count }

    /// Bytes of all that is kept, without what the arrays hold in reserve.
    var byteCount: Int {
        buckets.count * 4 + entries.count * MemoryLayout<Entry>.stride + log.byteCount
            + windows.count * MemoryLayout<CoarseWindow>.stride
    }

    /// Counts a request if it is allowed; one that is refused costs nothing.
    mutating func decide(_ key: Key, _ policy: QuotaPolicy, now: Int64) -> RateDecision {
        let (calls, periodSeconds) = (policy.calls, policy.periodSeconds)
        let index = Int(use(key, now: now))
        let (count, reset, isAllowed) =
            calls > Self.exactMax
            ? countCoarsely(index, calls, periodSeconds * 1000, now)
            : countExactly(index, calls, periodSeconds * 1000, now)
        return RateDecision(
            isAllowed: isAllowed, limit: calls, remaining: max(0, calls - count), periodSeconds: periodSeconds,
            resetMilliseconds: reset)
    }

    /// What counts now, without counting anything.
    mutating func usage(_ key: Key, _ policy: QuotaPolicy, now: Int64) -> RateDecision {
        let (calls, periodSeconds) = (policy.calls, policy.periodSeconds)
        guard let found = find(key) else {
            return RateDecision(
                isAllowed: true, limit: calls, remaining: calls, periodSeconds: periodSeconds, resetMilliseconds: 0)
        }
        let (index, period) = (Int(found), periodSeconds * 1000)
        let count = countNow(index, calls, period, now)
        return RateDecision(
            isAllowed: count < calls, limit: calls, remaining: max(0, calls - count), periodSeconds: periodSeconds,
            resetMilliseconds: reset(index, calls, period, now))
    }

    /// Takes back a request that was counted at a time: it turned out to be none of those that are limited.
    mutating func giveBack(_ key: Key, _ policy: QuotaPolicy, countedAt time: Int64) {
        let (calls, periodSeconds) = (policy.calls, policy.periodSeconds)
        guard let found = find(key) else { return }
        let index = Int(found)
        if calls > Self.exactMax {
            let window = entries[index].window
            if window != Self.none { windows[Int(window)].remove(at: time, period: periodSeconds * 1000) }
        } else {
            _ = log.remove(UInt32(truncatingIfNeeded: time), from: &entries[index].hits)
        }
    }
}

// MARK: - Windows

extension HitTable {
    private mutating func countExactly(
        _ index: Int, _ calls: Int, _ period: Int, _ now: Int64
    ) -> (count: Int, reset: Int, isAllowed: Bool) {
        let count = countNow(index, calls, period, now)
        guard count < calls else { return (count, reset(index, calls, period, now), false) }
        log.append(UInt32(truncatingIfNeeded: now), to: &entries[index].hits)
        return (count + 1, reset(index, calls, period, now), true)
    }

    private mutating func countCoarsely(
        _ index: Int, _ calls: Int, _ period: Int, _ now: Int64
    ) -> (count: Int, reset: Int, isAllowed: Bool) {
        let count = countNow(index, calls, period, now)
        let isAllowed = count < calls
        let window = Int(entries[index].window)
        if isAllowed { windows[window].add(period: period) }
        return (isAllowed ? count + 1 : count, windows[window].reset(at: now, period: period), isAllowed)
    }

    /// Forgets what has left the window, and counts the rest.
    private mutating func countNow(_ index: Int, _ calls: Int, _ period: Int, _ now: Int64) -> Int {
        guard calls <= Self.exactMax else {
            if entries[index].window == Self.none { entries[index].window = takeWindow() }
            let window = Int(entries[index].window)
            windows[window].advance(to: now, period: period)
            return windows[window].total
        }
        while entries[index].hits.count > 0, age(log.first(of: entries[index].hits), now) >= period {
            log.removeFirst(of: &entries[index].hits)
        }
        return entries[index].hits.count
    }

    private func reset(_ index: Int, _ calls: Int, _ period: Int, _ now: Int64) -> Int {
        if calls > Self.exactMax {
            let window = entries[index].window
            return window == Self.none ? 0 : windows[Int(window)].reset(at: now, period: period)
        }
        guard entries[index].hits.count > 0 else { return 0 }
        return max(0, period - age(log.first(of: entries[index].hits), now))
    }

    /// Times are kept as 32 bits of milliseconds; the longest period is a day, and they come round in 49.
    private func age(_ time: UInt32, _ now: Int64) -> Int {
        Int(UInt32(truncatingIfNeeded: now) &- time)
    }

    private mutating func takeWindow() -> UInt32 {
        if let free = freeWindows.popLast() {
            windows[Int(free)] = CoarseWindow()
            return free
        }
        windows.append(CoarseWindow())
        return UInt32(windows.count - 1)
    }
}

// MARK: - Entries

extension HitTable {
    /// Longer than any period: what was not used for so long counts for nothing.
    private static let forgotten: Int64 = 86_400_000 * 2

    /// Finds the key's entry or makes one, and makes it the latest used.
    private mutating func use(_ key: Key, now: Int64) -> UInt32 {
        // Nobody asked for days: the times that are kept would be taken for new ones.
        if now - lastNow > Self.forgotten { removeAll() }
        lastNow = now
        if let index = find(key) {
            if index != newest {
                unlink(index)
                link(index)
            }
            return index
        }
        if count == capacity { evict(oldest) }
        let index = insert(key)
        link(index)
        return index
    }

    private func find(_ key: Key) -> UInt32? {
        guard !buckets.isEmpty else { return nil }
        var index = buckets[bucket(key)]
        while index != Self.none {
            if entries[Int(index)].isFor(key) { return index }
            index = entries[Int(index)].chain
        }
        return nil
    }

    private func bucket(_ key: Key) -> Int {
        Int(truncatingIfNeeded: key.hash(seed: seed)) & (buckets.count - 1)
    }

    private mutating func insert(_ key: Key) -> UInt32 {
        if count >= buckets.count { grow() }
        let place = bucket(key)
        let entry = Entry(
            clientLow: UInt64(truncatingIfNeeded: key.client), clientHigh: UInt64(truncatingIfNeeded: key.client >> 64),
            rule: key.rule, chain: buckets[place])
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
            entries[Int(index)] = entry
        } else {
            index = UInt32(entries.count)
            entries.append(entry)
        }
        buckets[place] = index
        return index
    }

    private mutating func grow() {
        buckets = Array(repeating: Self.none, count: max(16, buckets.count * 2))
        var index = oldest
        while index != Self.none {
            let place = bucket(key(of: index))
            entries[Int(index)].chain = buckets[place]
            buckets[place] = index
            index = entries[Int(index)].newer
        }
    }

    private func key(of index: UInt32) -> Key {
        let entry = entries[Int(index)]
        return Key(client: UInt128(entry.clientHigh) << 64 | UInt128(entry.clientLow), rule: entry.rule)
    }

    private mutating func evict(_ index: UInt32) {
        unlink(index)
        let place = bucket(key(of: index))
        if buckets[place] == index {
            buckets[place] = entries[Int(index)].chain
        } else {
            var before = buckets[place]
            while entries[Int(before)].chain != index { before = entries[Int(before)].chain }
            entries[Int(before)].chain = entries[Int(index)].chain
        }
        log.removeAll(of: &entries[Int(index)].hits)
        let window = entries[Int(index)].window
        if window != Self.none { freeWindows.append(window) }
        free.append(index)
    }

    private mutating func link(_ index: UInt32) {
        entries[Int(index)].older = newest
        entries[Int(index)].newer = Self.none
        if newest == Self.none { oldest = index } else { entries[Int(newest)].newer = index }
        newest = index
    }

    private mutating func unlink(_ index: UInt32) {
        let (older, newer) = (entries[Int(index)].older, entries[Int(index)].newer)
        if older == Self.none { oldest = newer } else { entries[Int(older)].newer = newer }
        if newer == Self.none { newest = older } else { entries[Int(newer)].older = older }
    }

    private mutating func removeAll() {
        while oldest != Self.none { evict(oldest) }
    }
}
