/// What a window is compared with: it keeps every request and counts them all anew each time.
struct WindowOracle {
    let calls: Int
    let period: Int64
    /// Times in order; those before ``start`` have left.
    private var hits: [Int64] = []
    private var start = 0

    init(calls: Int, periodSeconds: Int) {
        self.calls = calls
        period = Int64(periodSeconds) * 1000
    }

    mutating func decide(_ now: Int64) -> (isAllowed: Bool, remaining: Int, reset: Int) {
        while start < hits.count, now - hits[start] >= period { start += 1 }
        let isAllowed = hits.count - start < calls
        if isAllowed { hits.append(now) }
        return (isAllowed, calls - (hits.count - start), start < hits.count ? Int(hits[start] + period - now) : 0)
    }

    mutating func giveBack(_ time: Int64) {
        if let index = hits[start...].lastIndex(of: time) { hits.remove(at: index) }
    }

    /// The most of these times in any window.
    static func most(_ times: [Int64], periodSeconds: Int) -> Int {
        let times = times.sorted()
        var (start, most) = (0, 0)
        for (index, time) in times.enumerated() {
            while time - times[start] >= Int64(periodSeconds) * 1000 { start += 1 }
            most = max(most, index - start + 1)
        }
        return most
    }
}
