public import Jobs
import Synchronization

/// All circuit breakers there are: whoever shows them shows the ones that decide.
public final class BreakerRegistry: Sendable {
    /// How a breaker stands.
    public struct Standing: Equatable, Sendable {
        public let name: String
        public let state: CircuitBreaker.State
        public let failuresInARow: Int
        public let failures: Int
        public let successes: Int
        public let lastFailure: Timestamp?
        public let retryAfter: Duration?
    }

    fileprivate struct Entry {
        var breaker = CircuitBreaker()
        var lastFailure: Timestamp?
    }

    private let entries: Mutex<[String: Entry]>
    private let pacing: Pacing

    /// - Parameters:
    ///   - names: Of all of them; there will be no others.
    ///   - pacing: Tells the time.
    public init(names: [String], pacing: Pacing) {
        entries = Mutex(Dictionary(names.map { ($0, Entry()) }) { first, _ in first })
        self.pacing = pacing
    }

    public var standings: [Standing] {
        let now = pacing.now()
        return entries.withLock { entries in
            entries.sorted { $0.key < $1.key }.map { Standing(name: $0.key, $0.value, at: now) }
        }
    }

    func admit(_ name: String) -> CircuitBreaker.Ticket? {
        change(name) { $0.breaker.admit(at: $1) }
    }

    func succeeded(_ name: String, _ ticket: CircuitBreaker.Ticket) {
        change(name) { entry, _ in entry.breaker.succeeded(ticket) }
    }

    func failed(_ name: String, _ ticket: CircuitBreaker.Ticket) {
        let time = pacing.clock()
        change(name) { entry, now in
            entry.breaker.failed(ticket, at: now)
            entry.lastFailure = time
        }
    }

    func abandoned(_ name: String, _ ticket: CircuitBreaker.Ticket) {
        change(name) { $0.breaker.abandoned(ticket, at: $1) }
    }

    private func change<Result: Sendable>(
        _ name: String, _ body: (inout Entry, _ now: Duration) -> Result
    ) -> Result {
        let now = pacing.now()
        return entries.withLock { entries in
            guard var entry = entries[name] else { preconditionFailure("there is no circuit breaker \(name)") }
            defer { entries[name] = entry }
            return body(&entry, now)
        }
    }
}

extension BreakerRegistry.Standing {
    fileprivate init(name: String, _ entry: BreakerRegistry.Entry, at now: Duration) {
        self.name = name
        state = entry.breaker.state(at: now)
        failuresInARow = entry.breaker.failuresInARow
        failures = entry.breaker.failures
        successes = entry.breaker.successes
        lastFailure = entry.lastFailure
        retryAfter = entry.breaker.retryAfter(at: now)
    }
}
