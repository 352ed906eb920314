/// Requests in groups, and taking one back.
extension SlidingWindow {
    /// Makes each two groups one, which has the later one's time.
    mutating func mergePairs(_ pool: inout HitPool) {
        let (before, after) = (Int(timeCount), (Int(timeCount) + 1) / 2)
        var (reader, writer) = (cursor, cursor)
        for index in 0..<after {
            if 2 * index + 1 < before { reader.advance(pool) }
            pool[writer.piece, writer.place] = pool[reader.piece, reader.place]
            if index + 1 < after {
                reader.advance(pool)
                writer.advance(pool)
            }
        }
        if before % 2 == 0 { fill += groupSize }
        groupShift += 1
        truncate(to: after, &pool)
    }

    /// Takes back a request that was counted.
    ///
    /// - Parameters:
    ///   - time: When it was counted.
    ///   - quota: What it was counted under.
    ///   - now: No less than the time before.
    ///   - pool: Where its times are.
    /// - Returns: Whether it still counted.
    @discardableResult
    mutating func giveBack(_ time: Int64, _ quota: Quota, now: Int64, _ pool: inout HitPool) -> Bool {
        // What has left the window is no longer there to be taken, and what came behind it is somebody else's.
        guard time <= now, now - time < quota.periodMilliseconds else { return false }
        let time = UInt32(truncatingIfNeeded: time)
        var (place, index) = (cursor, 0)
        while index < Int(timeCount), Int32(bitPattern: pool[place.piece, place.place] &- time) < 0 {
            index += 1
            if index < Int(timeCount) { place.advance(pool) }
        }
        guard index < Int(timeCount), groupShift > 0 || pool[place.piece, place.place] == time else { return false }
        // Those behind move up by one. A group then has the time of the one behind it, which is late enough.
        for _ in index..<(Int(timeCount) - 1) {
            var next = place
            next.advance(pool)
            pool[place.piece, place.place] = pool[next.piece, next.place]
            place = next
        }
        fill -= 1
        if fill == 0 {
            fill = groupSize
            truncate(to: Int(timeCount) - 1, &pool)
        }
        return true
    }

    /// Leaves that many times, the oldest.
    private mutating func truncate(to count: Int, _ pool: inout HitPool) {
        guard count > 0 else { return removeAll(&pool) }
        var end = cursor
        end.advance(by: count - 1, pool)
        var piece = pool.next(end.piece)
        pool.setNext(end.piece, HitPool.none)
        while piece != HitPool.none {
            let next = pool.next(piece)
            pool.give(piece)
            piece = next
        }
        last = end.piece
        timeCount = UInt16(count)
    }
}
