import AuditTrail

/// How many refusals of strangers the trail keeps: anybody can cause them, and must not fill the trail with them.
///
/// A burst is kept whole. Beyond it, refusals come in so slowly that they need a month to take half of the trail's
/// entries; the others are counted, and told as one entry a minute. Time is an argument, in milliseconds of the day.
struct RefusalBudget: Sendable {
    private static let tellingMilliseconds: Int64 = 60_000
    private static let fillingHours = 720
    private static let burstMax = 10_000

    private let burst: Double
    private let perMillisecond: Double
    private var left: Double
    private var refilledAt: Int64?
    /// Those that are not told of yet, by how many each stood for.
    private(set) var untold = 0
    private var toldAt = Int64.min / 2

    /// - Parameter entriesMax: How many entries the trail keeps at most; nil when there is no bound.
    init(entriesMax: Int?) {
        let share = (entriesMax ?? .max) / 2
        burst = Double(min(Self.burstMax, max(1, share / 5)))
        perMillisecond = Double(share) / Double(Self.fillingHours) / 3_600_000
        left = burst
    }

    static func isRefusal(_ event: AuditEvent) -> Bool {
        [.rateLimited, .webhookRejected, .permissionDenied, .loginFailed].contains(event.type)
    }

    /// Decides which of some events are kept.
    ///
    /// - Parameters:
    ///   - events: In their order.
    ///   - now: The time of day.
    /// - Returns: Those that are, in their order.
    mutating func admit(_ events: [AuditEvent], now: Int64) -> [AuditEvent] {
        refill(now)
        return events.filter { event in
            guard Self.isRefusal(event) else { return true }
            guard left >= 1 else {
                untold += event.count
                return false
            }
            left -= 1
            return true
        }
    }

    /// Takes how many are to be told of now; nil when nothing is.
    mutating func takeUntold(now: Int64) -> Int? {
        guard untold > 0, now >= toldAt + Self.tellingMilliseconds || now < toldAt else { return nil }
        defer { (untold, toldAt) = (0, now) }
        return untold
    }

    private mutating func refill(_ now: Int64) {
        // A clock that went back gives nothing and takes nothing.
        let passed = max(0, now - (refilledAt ?? now))
        refilledAt = now
        left = min(burst, left + Double(passed) * perMillisecond)
    }
}
