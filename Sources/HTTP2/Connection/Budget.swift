/// How often something may happen in a period; a new period begins with the first event behind the last one.
struct Budget: Sendable {
    private var began = Int64.min
    private var count = 0

    /// - Returns: False if the limit is passed.
    mutating func spend(_ limit: Int, now: Int64, period: Int64) -> Bool {
        if began == .min || now - began >= period {
            began = now
            count = 0
        }
        count += 1
        return count <= limit
    }

    mutating func earn(_ amount: Int) {
        count = max(0, count - amount)
    }
}
