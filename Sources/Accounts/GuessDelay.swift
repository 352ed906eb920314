public import Jobs

/// Makes guessing one account's password slow, from however many addresses it is tried.
///
/// A pure machine. After some wrong passwords each further one makes the account wait, twice as long each time up to a
/// minute. A try counts as wrong from its start, so that tries at the same time are counted as well. Names that nobody
/// has are counted like others, or the wait would tell them apart.
public struct GuessDelay: Sendable {
    /// How many wrong passwords in a row are free.
    public static let freeTries = 5
    private static let longestSeconds: Int64 = 60
    private static let forgottenAfterSeconds = 900.0
    public static let namesMax = 10_000

    private struct Entry: Sendable {
        var tries = 0
        var lastAt: Timestamp
        var opensAt: Timestamp
    }

    private var entries: [String: Entry] = [:]

    public init() {}

    public var count: Int { entries.count }

    /// How long somebody still has to wait.
    ///
    /// - Parameters:
    ///   - name: Of the account.
    ///   - now: The time.
    /// - Returns: Whole seconds, at least 1; nil when they need not wait.
    public func wait(for name: String, now: Timestamp) -> Int? {
        guard let entry = entries[name], now < entry.opensAt, !Self.isForgotten(entry, now) else { return nil }
        return max(1, Int(entry.opensAt.secondsSince(now).rounded(.up)))
    }

    /// Counts a try, which is wrong until `succeeded` says otherwise.
    public mutating func begin(_ name: String, now: Timestamp) {
        var entry = entries[name] ?? Entry(lastAt: now, opensAt: now)
        if Self.isForgotten(entry, now) { entry = Entry(lastAt: now, opensAt: now) }
        entry.tries += 1
        entry.lastAt = now
        let beyond = entry.tries - Self.freeTries
        if beyond >= 0 { entry.opensAt = now.adding(seconds: min(Self.longestSeconds, 1 << min(beyond, 6))) }
        if entries[name] == nil, entries.count >= Self.namesMax { makeRoom(now) }
        entries[name] = entry
    }

    public mutating func succeeded(_ name: String) { entries[name] = nil }

    /// A clock that went back forgets nothing, and waits for nobody longer than the longest wait.
    private static func isForgotten(_ entry: Entry, _ now: Timestamp) -> Bool {
        abs(now.secondsSince(entry.lastAt)) >= forgottenAfterSeconds
    }

    /// Forgets what is over, and if that is nothing, the quarter that was tried longest ago.
    private mutating func makeRoom(_ now: Timestamp) {
        entries = entries.filter { !Self.isForgotten($0.value, now) }
        guard entries.count >= Self.namesMax else { return }
        for name in entries.sorted(by: { $0.value.lastAt < $1.value.lastAt }).prefix(Self.namesMax / 4).map(\.key) {
            entries[name] = nil
        }
    }
}
