/// Whether the backend is worth asking (a circuit breaker).
///
/// While it is closed, a request waits for its connection as long as its patience lasts, so a backend that restarts
/// quickly loses nothing. A backend that cannot be reached within that time, or fails several requests in a row, opens
/// the breaker: further requests are refused at once instead of piling up, and one at a time probes whether it is back.
struct Breaker {
    /// Requests in a row whose connection broke before an answer, or that were not answered in time.
    static let failuresMax = 5
    private static let pauseMin: Int64 = 500
    private static let pauseMax: Int64 = 8_000
    /// Failures so close to each other are one: a process that ends takes all its connections with it.
    static let burst: Int64 = 100
    /// How long a probe is waited for before the next one may try: it may be slow, or its client gone.
    static let probePatience: Int64 = 1_000

    private enum State: Equatable {
        case closed(failures: Int)
        case open(until: Int64, pause: Int64)
        /// One request is on its way to see.
        case probing(since: Int64, pause: Int64)
    }

    enum Permission: Equatable {
        case go
        /// Try once, without waiting: the answer decides for the others.
        case probe
        case refuse(retryAfterSeconds: Int)
    }

    private var state = State.closed(failures: 0)
    private var lastFailure: Int64?
    private var openedAt = Int64.min

    var isOpen: Bool {
        if case .closed = state { false } else { true }
    }

    /// Whether a request may try.
    mutating func permit(now: Int64) -> Permission {
        switch state {
        case .closed: return .go
        case .open(let until, let pause):
            guard now >= until else { return .refuse(retryAfterSeconds: Int((until - now) / 1000) + 1) }
            state = .probing(since: now, pause: pause)
            return .probe
        case .probing(let since, let pause):
            // A probe that got lost does not keep the door shut for ever.
            guard now - since >= Self.probePatience else { return .refuse(retryAfterSeconds: 1) }
            state = .probing(since: now, pause: pause)
            return .probe
        }
    }

    /// The backend took a connection, or answered.
    mutating func succeeded() {
        state = .closed(failures: 0)
    }

    /// Another worker had an answer from the backend.
    ///
    /// - Parameter time: When the last one was.
    mutating func heard(at time: Int64) {
        if isOpen, time > openedAt { succeeded() }
    }

    /// The backend could not be reached within a request's patience, or a probe failed.
    mutating func wasUnreachable(now: Int64) {
        open(now: now)
    }

    /// A request got no answer.
    mutating func failed(now: Int64) {
        let isSame = lastFailure.map { now - $0 < Self.burst } ?? false
        lastFailure = now
        switch state {
        case .closed where isSame: break
        case .closed(let failures) where failures + 1 < Self.failuresMax: state = .closed(failures: failures + 1)
        default: open(now: now)
        }
    }

    private mutating func open(now: Int64) {
        let pause =
            switch state {
            case .closed: Self.pauseMin
            case .open(_, let pause): pause
            case .probing(_, let pause): min(pause * 2, Self.pauseMax)
            }
        state = .open(until: now + pause, pause: pause)
        openedAt = now
    }
}
