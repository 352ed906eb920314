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

    /// Whose password is tried; what somebody typed cannot be taken for an account's number.
    public enum Subject: Hashable, Sendable {
        case account(Int64)
        /// A name that nobody has.
        case name(String)
    }

    private struct Entry: Sendable {
        var tries = 0
        var lastAt: Timestamp
        var opensAt: Timestamp
    }

    private var entries: [Subject: Entry] = [:]

    public init() {}

    public var count: Int { entries.count }

    /// How long somebody still has to wait.
    ///
    /// - Parameters:
    ///   - subject: Whose.
    ///   - now: The time.
    /// - Returns: Whole seconds, at least 1; nil when they need not wait.
    public func wait(for subject: Subject, now: Timestamp) -> Int? {
        guard let entry = entries[subject], now < entry.opensAt, !Self.isForgotten(entry, now) else { return nil }
        return max(1, Int(entry.opensAt.secondsSince(now).rounded(.up)))
    }

    /// Counts a try, which is wrong until `succeeded` says otherwise.
    public mutating func begin(_ subject: Subject, now: Timestamp) {
        var entry = entries[subject] ?? Entry(lastAt: now, opensAt: now)
        if Self.isForgotten(entry, now) { entry = Entry(lastAt: now, opensAt: now) }
        entry.tries += 1
        entry.lastAt = now
        entry.opensAt = now.adding(seconds: Self.wait(after: entry.tries))
        if entries[subject] == nil, entries.count >= Self.namesMax { makeRoom(now) }
        entries[subject] = entry
    }

    /// Takes a try back whose password nobody came to look at.
    public mutating func takeBack(_ subject: Subject) {
        guard var entry = entries[subject] else { return }
        entry.tries -= 1
        entry.opensAt = entry.lastAt.adding(seconds: Self.wait(after: entry.tries))
        entries[subject] = entry.tries > 0 ? entry : nil
    }

    public mutating func succeeded(_ subject: Subject) { entries[subject] = nil }

    private static func wait(after tries: Int) -> Int64 {
        let beyond = tries - freeTries
        return beyond < 0 ? 0 : min(longestSeconds, 1 << min(beyond, 6))
    }

    /// A clock that went back forgets nothing, and waits for nobody longer than the longest wait.
    private static func isForgotten(_ entry: Entry, _ now: Timestamp) -> Bool {
        abs(now.secondsSince(entry.lastAt)) >= forgottenAfterSeconds
    }

    /// Forgets what is over, and if that is nothing, the quarter that was tried longest ago.
    private mutating func makeRoom(_ now: Timestamp) {
        entries = entries.filter { !Self.isForgotten($0.value, now) }
        guard entries.count >= Self.namesMax else { return }
        let oldest = entries.sorted { $0.value.lastAt < $1.value.lastAt }.prefix(Self.namesMax / 4)
        for subject in oldest.map(\.key) { entries[subject] = nil }
    }
}
