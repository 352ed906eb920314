/// The gateway's way to its end, as a pure machine: time is an argument, and it acts on nothing.
///
/// ```
/// serving ──announce──▶ announced ──stop──▶ leaving ──time──▶ draining ──time, or a second stop──▶ cutting ──▶ ended
///    │ ╰──────────────────stop─────────────────╯                 │ the last worker ended ──────────────────────▶ ended
///    ╰──a successor serves──▶ handedOver ──stop──▶ draining
/// ```
struct LifeCycle {
    enum Phase: Equatable, Sendable {
        case serving
        /// Not ready any more, and still taking connections until somebody asks for the stop.
        case announced
        /// A stop was asked for: not ready any more, and still taking connections until the delay is over.
        case leaving(until: Int64)
        /// Nothing new is taken, what is in flight finishes.
        case draining(until: Int64)
        /// A successor has the listening sockets, what is in flight finishes here.
        case handedOver(until: Int64)
        /// What was in flight was cut, and the workers take note.
        case cutting(until: Int64)
        case ended
    }

    /// What has to be done now.
    enum Order: Equatable, Sendable {
        case announce
        case handOver
        case drain
        case cut
        case end
    }

    /// How long the workers may take to close what they have; they need next to nothing.
    static let cutMilliseconds: Int64 = 2_000

    private(set) var phase = Phase.serving
    /// How long connections are still taken after a stop was asked for.
    var delayMilliseconds: Int64
    /// How long requests in flight may take from then on.
    var drainMilliseconds: Int64
    /// How long they may take when a successor serves, so that waiting costs nobody anything.
    var handOverMilliseconds: Int64

    init(delayMilliseconds: Int64, drainMilliseconds: Int64, handOverMilliseconds: Int64) {
        self.delayMilliseconds = delayMilliseconds
        self.drainMilliseconds = drainMilliseconds
        self.handOverMilliseconds = handOverMilliseconds
    }

    /// The name that status and metrics show.
    var name: String {
        switch phase {
        case .serving: "serving"
        case .announced: "announced"
        case .leaving: "leaving"
        case .draining: "draining"
        case .handedOver: "handed over"
        case .cutting: "cutting"
        case .ended: "ended"
        }
    }

    /// Whether a stop was asked for, or nothing is left to stop.
    var isStopping: Bool {
        switch phase {
        case .serving, .announced, .handedOver: false
        case .leaving, .draining, .cutting, .ended: true
        }
    }

    /// Whether another process may still get the listening sockets from this one.
    var holdsListeners: Bool {
        switch phase {
        case .serving, .announced, .leaving: true
        case .draining, .handedOver, .cutting, .ended: false
        }
    }

    /// When ``advance(now:)`` has something to say; nil when only an event will change anything.
    var deadline: Int64? {
        switch phase {
        case .serving, .announced, .ended: nil
        case .leaving(let until), .draining(let until), .handedOver(let until), .cutting(let until): until
        }
    }

    /// Somebody wants no more requests to be sent here.
    mutating func announce() -> Order? {
        guard phase == .serving else { return nil }
        phase = .announced
        return .announce
    }

    /// Somebody wants the end; the second who does wants it now.
    mutating func stop(now: Int64) -> Order? {
        switch phase {
        case .serving, .announced:
            let isNews = phase == .serving
            phase = .leaving(until: now + delayMilliseconds)
            return isNews ? .announce : nil
        case .handedOver(let until):
            phase = .draining(until: min(until, now + drainMilliseconds))
            return .drain
        case .leaving, .draining:
            phase = .cutting(until: now + Self.cutMilliseconds)
            return .cut
        case .cutting, .ended: return nil
        }
    }

    /// A successor serves on the same sockets.
    mutating func handOver(now: Int64) -> Order? {
        guard holdsListeners else { return nil }
        phase = .handedOver(until: now + handOverMilliseconds)
        return .handOver
    }

    /// Time has passed.
    ///
    /// - Returns: What is to be done; the caller asks again until there is nothing.
    mutating func advance(now: Int64) -> Order? {
        switch phase {
        case .leaving(let until) where now >= until:
            phase = .draining(until: now + drainMilliseconds)
            return .drain
        case .draining(let until) where now >= until, .handedOver(let until) where now >= until:
            phase = .cutting(until: now + Self.cutMilliseconds)
            return .cut
        case .cutting(let until) where now >= until:
            phase = .ended
            return .end
        default: return nil
        }
    }

    /// The last worker has nothing more to do.
    mutating func workersEnded() -> Order? {
        guard phase != .ended else { return nil }
        phase = .ended
        return .end
    }
}
