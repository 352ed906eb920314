/// When to look at the certificate files: shortly after they changed, and every minute in any case.
///
/// Certificates are written in several steps, so a look waits until it has been quiet for a moment; but not for ever.
struct LookSchedule {
    /// How long it must be quiet, how long a change may wait at the most, and how often to look without any: milliseconds.
    static let quiet: Int64 = 200
    static let patience: Int64 = 1000
    static let interval: Int64 = 60_000

    private var firstChange: Int64?
    /// When to look next, in monotonic milliseconds.
    private(set) var next: Int64

    init(now: Int64) {
        next = now + Self.interval
    }

    mutating func changed(now: Int64) {
        let first = firstChange ?? now
        firstChange = first
        next = min(first + Self.patience, now + Self.quiet)
    }

    mutating func looked(now: Int64) {
        firstChange = nil
        next = now + Self.interval
    }
}
