/// What a circuit breaker must have done, told from the requests that left and from nothing else.
struct CircuitOracle {
    private static let failuresMax = 5
    private static let openTime = Duration.seconds(30)

    private var failuresInARow = 0
    /// Since when it is open, or was when it was last tried; nil while it is closed.
    private(set) var openedAt: Duration?
    /// How often it opened because of failures in a row.
    private(set) var openings = 0
    /// How often one call found out whether all is well again.
    private(set) var probes = 0
    /// How many requests were repeated as late as they were told to.
    private(set) var waits = 0
    /// What should not have happened, as sentences.
    private(set) var complaints: [String] = []

    /// - Parameter attempts: All there were, of calls one after the other.
    init(_ attempts: [ProviderOutage.Attempt]) {
        var call: [ProviderOutage.Attempt] = []
        for attempt in attempts {
            if let last = call.last, attempt.pauses == last.pauses {
                take(call)
                call = []
            }
            call.append(attempt)
        }
        take(call)
    }

    func isOpen(at now: Duration) -> Bool { openedAt.map { now < $0 + Self.openTime } ?? false }

    private mutating func take(_ call: [ProviderOutage.Attempt]) {
        guard let first = call.first, let last = call.last else { return }
        for (one, next) in zip(call, call.dropFirst()) {
            guard let pause = one.retryAfter else { continue }
            waits += 1
            if next.began - one.ended < pause { complaints.append("came back too early at \(next.began)") }
        }
        if isOpen(at: first.began) { complaints.append("called at \(first.began), open since \(openedAt ?? .zero)") }
        let isProbe = openedAt != nil
        if isProbe {
            probes += 1
            if call.count > 1 { complaints.append("a probe of \(call.count) attempts at \(first.began)") }
        }
        guard last.isFailure else { return (failuresInARow, openedAt) = (0, nil) }
        failuresInARow += 1
        if !isProbe, failuresInARow == Self.failuresMax { openings += 1 }
        if isProbe || failuresInARow >= Self.failuresMax { openedAt = last.ended }
    }
}
