/// One client's requests over a window that slides with the clock.
///
/// It is a queue of times in a ``HitPool``. Up to ``exactMax`` calls each request has its own time, and the window is
/// exact. Above that a time stands for a group of requests and is that of the group's last one: a group leaves late, never
/// early, so no window ever holds more than the limit. When there are ``groupMax`` groups, each two become one, so a
/// client who asks evenly gets all but a thirty-second part at worst, and one who asks in bursts gets all.
///
/// (Two buckets weighted by the part of the period that has passed, as other limiters have them, are an estimate: a burst
/// at a bucket's end is let through half again.)
struct SlidingWindow: Sendable {
    static let exactMax = 1000
    static let groupMax = 64
    /// As many pieces as one window can have, and one more for a queue that begins within a piece.
    static let pieceMax = (exactMax + HitPool.pieceTimes - 1) / HitPool.pieceTimes + 1

    private var first = HitPool.none
    var last = HitPool.none
    /// How many requests the last time stands for.
    var fill: UInt32 = 0
    var timeCount: UInt16 = 0
    /// Where in its first piece the queue begins.
    private var start: UInt8 = 0
    /// Each time but the last stands for two to the power of this.
    var groupShift: UInt8 = 0

    var groupSize: UInt32 { 1 << UInt32(groupShift) }

    /// How many requests count.
    var count: Int { timeCount == 0 ? 0 : (Int(timeCount) - 1) << Int(groupShift) + Int(fill) }

    /// Counts a request if it is allowed; one that is refused costs nothing.
    ///
    /// - Parameters:
    ///   - quota: May be another than the time before.
    ///   - now: Milliseconds; no less than the time before.
    ///   - pool: Has room for a piece.
    /// - Returns: What became of it, and what is left.
    mutating func decide(_ quota: Quota, now: Int64, _ pool: inout HitPool) -> RateDecision {
        expire(quota, now: now, &pool)
        let isAllowed = count < quota.calls
        if isAllowed { add(UInt32(truncatingIfNeeded: now), quota, &pool) }
        return decision(quota, isAllowed, now, pool)
    }

    /// What `decide` would say, without counting.
    mutating func usage(_ quota: Quota, now: Int64, _ pool: inout HitPool) -> RateDecision {
        expire(quota, now: now, &pool)
        return decision(quota, count < quota.calls, now, pool)
    }

    private func decision(_ quota: Quota, _ isAllowed: Bool, _ now: Int64, _ pool: borrowing HitPool) -> RateDecision {
        var reset: Int64 = 0
        if timeCount > 0 { reset = quota.periodMilliseconds - Self.age(pool[first, Int(start)], now) }
        return RateDecision(
            isAllowed: isAllowed, limit: quota.calls, remaining: max(0, quota.calls - count),
            periodSeconds: quota.periodSeconds, resetMilliseconds: Int(reset), countedAt: now)
    }

    /// Times are kept as 32 bits of milliseconds, which come round in 49 days; none is kept for two.
    private static func age(_ time: UInt32, _ now: Int64) -> Int64 {
        Int64(UInt32(truncatingIfNeeded: now) &- time)
    }

    private mutating func expire(_ quota: Quota, now: Int64, _ pool: inout HitPool) {
        while timeCount > 0, Self.age(pool[first, Int(start)], now) >= quota.periodMilliseconds { removeFirst(&pool) }
    }

    private mutating func removeFirst(_ pool: inout HitPool) {
        timeCount -= 1
        start += 1
        guard timeCount > 0 else { return removeAll(&pool) }
        guard Int(start) == HitPool.pieceTimes else { return }
        let piece = first
        first = pool.next(piece)
        start = 0
        pool.give(piece)
    }

    private mutating func add(_ time: UInt32, _ quota: Quota, _ pool: inout HitPool) {
        let timeMax = quota.calls <= Self.exactMax ? Self.exactMax : Self.groupMax
        while Int(timeCount) >= timeMax, fill == groupSize { mergePairs(&pool) }
        if timeCount > 0, fill < groupSize {
            var end = cursor
            end.advance(by: Int(timeCount) - 1, pool)
            pool[end.piece, end.place] = time
            fill += 1
        } else {
            append(time, &pool)
            fill = 1
        }
    }

    private mutating func append(_ time: UInt32, _ pool: inout HitPool) {
        let place = (Int(start) + Int(timeCount)) % HitPool.pieceTimes
        if timeCount == 0 {
            first = pool.take()
            last = first
        } else if place == 0 {
            let piece = pool.take()
            pool.setNext(last, piece)
            last = piece
        }
        pool[last, place] = time
        timeCount += 1
    }

    /// Forgets everything.
    mutating func removeAll(_ pool: inout HitPool) {
        while first != HitPool.none {
            let piece = first
            first = pool.next(piece)
            pool.give(piece)
        }
        self = SlidingWindow()
    }

    var cursor: Cursor { Cursor(piece: first, place: Int(start)) }

    /// A place in the queue.
    struct Cursor {
        var piece: UInt32
        var place: Int

        mutating func advance(by steps: Int = 1, _ pool: borrowing HitPool) {
            place += steps
            while place >= HitPool.pieceTimes {
                place -= HitPool.pieceTimes
                piece = pool.next(piece)
            }
        }
    }
}
