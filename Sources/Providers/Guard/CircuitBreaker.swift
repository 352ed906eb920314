/// Stops calling somebody who does not answer, so that those who ask us are told at once.
///
/// ```
///            5 failures in a row              30 s later, who asks first
///   closed ─────────────────────▶ open ──────────────────────────────▶ half open
///     ▲                            ▲                                     │   │
///     └──────── it worked ─────────┼─────────────────────────────────────┘   │
///                                  └──────────── it failed ──────────────────┘
/// ```
///
/// While half open, exactly one call is under way: the probe. What was begun before the circuit opened says nothing about
/// the time after, and changes nothing when it ends. Pure: time is an argument.
public struct CircuitBreaker: Sendable {
    public static let failuresMax = 5
    public static let openTime = Duration.seconds(30)

    public enum State: String, Sendable {
        case closed, halfOpen = "half_open", open
    }

    private enum Phase {
        case closed
        case open(since: Duration)
        case probing
    }

    /// A call that was let through.
    public struct Ticket: Equatable, Sendable {
        /// Whether it is the one that finds out whether all is well again.
        public let isProbe: Bool
        fileprivate let period: Int
    }

    private var phase = Phase.closed
    /// Counts the changes of phase, by which a late result is known.
    private var period = 0
    /// Failures since the last success.
    public private(set) var failuresInARow = 0
    public private(set) var failures = 0
    public private(set) var successes = 0

    public init() {}

    /// Lets a call through, or not.
    ///
    /// - Parameter now: Time since some moment.
    /// - Returns: Nil when it must not be made.
    public mutating func admit(at now: Duration) -> Ticket? {
        switch phase {
        case .closed: return Ticket(isProbe: false, period: period)
        case .probing: return nil
        case .open(let since):
            guard now - since >= Self.openTime else { return nil }
            enter(.probing)
            return Ticket(isProbe: true, period: period)
        }
    }

    public mutating func succeeded(_ ticket: Ticket) {
        successes += 1
        guard ticket.period == period else { return }
        failuresInARow = 0
        if case .probing = phase { enter(.closed) }
    }

    public mutating func failed(_ ticket: Ticket, at now: Duration) {
        failures += 1
        guard ticket.period == period else { return }
        failuresInARow += 1
        if ticket.isProbe || failuresInARow >= Self.failuresMax { enter(.open(since: now)) }
    }

    /// The call was given up or not made by us, which says nothing about the other side; a given-up probe may be repeated at once.
    public mutating func abandoned(_ ticket: Ticket, at now: Duration) {
        guard ticket.period == period, ticket.isProbe else { return }
        enter(.open(since: now - Self.openTime))
    }

    private mutating func enter(_ next: Phase) {
        phase = next
        period += 1
    }

    /// The state as it is shown: an open circuit whose time is over waits for the next call and is half open.
    public func state(at now: Duration) -> State {
        switch phase {
        case .closed: .closed
        case .probing: .halfOpen
        case .open: retryAfter(at: now) == nil ? .halfOpen : .open
        }
    }

    /// How long calls are still refused; nil when they are not, or when that depends on a probe.
    public func retryAfter(at now: Duration) -> Duration? {
        guard case .open(let since) = phase, now - since < Self.openTime else { return nil }
        return Self.openTime - (now - since)
    }
}
