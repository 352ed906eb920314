/// The life of one exchange: a request going up, its response coming down.
///
/// It knows the rules and nothing else: no sockets, no bytes, no clock. Every event is a method, and what the method
/// returns is the only thing its caller may do next.
///
///     idle ─requestStarted→ connecting ─upstreamReady→ awaiting ─responseStarted→ responding ─responseEnded→ idle
///                               │                         ├─switchedProtocols→ tunnelling
///                               ├───────── kept ──────────┼→ keeping ─┐
///                               └──────── refused ────────┴── upstreamLost ──┴─────→ failed
enum Exchange: ~Copyable {
    case idle
    /// The request waits for a connection to the upstream.
    case connecting(requestEnded: Bool)
    case awaiting(requestEnded: Bool)
    case responding(requestEnded: Bool)
    /// No upstream takes the request: it is written down instead, and answered when it is on the disk.
    case keeping(requestEnded: Bool)
    /// The upstream agreed to another protocol: bytes pass both ways until one side ends.
    case tunnelling
    /// Terminal: the client was told, or cannot be told any more. What still arrives is dropped.
    case failed

    var isIdle: Bool {
        switch self {
        case .idle: true
        default: false
        }
    }

    var isConnecting: Bool {
        switch self {
        case .connecting: true
        default: false
        }
    }

    /// Whether no byte of an answer went down yet.
    var awaitsAnswer: Bool {
        switch self {
        case .connecting: true
        case .awaiting: true
        case .keeping: true
        default: false
        }
    }

    var isKeeping: Bool {
        switch self {
        case .keeping: true
        default: false
        }
    }

    var isTunnelling: Bool {
        switch self {
        case .tunnelling: true
        default: false
        }
    }

    /// Whether more of the request's body must come.
    var receivesBody: Bool {
        switch self {
        case .connecting(let ended): !ended
        case .awaiting(let ended): !ended
        case .responding(let ended): !ended
        case .keeping(let ended): !ended
        default: false
        }
    }

    /// The head of a request is complete and was accepted.
    mutating func requestStarted() {
        guard case .idle = consume self else { preconditionFailure("a request started within another") }
        self = .connecting(requestEnded: false)
    }

    /// The last byte of the request was taken.
    mutating func requestEnded() {
        switch consume self {
        case .connecting: self = .connecting(requestEnded: true)
        case .awaiting: self = .awaiting(requestEnded: true)
        case .responding: self = .responding(requestEnded: true)
        case .keeping: self = .keeping(requestEnded: true)
        case .idle: preconditionFailure("a request ended that had not started")
        case .tunnelling: preconditionFailure("a request ended that had become a tunnel")
        case .failed: self = .failed
        }
    }

    /// A connection to the upstream is there: what was held may be sent.
    mutating func upstreamReady() {
        guard case .connecting(let ended) = consume self else {
            preconditionFailure("an upstream is ready, but no request waits for it")
        }
        self = .awaiting(requestEnded: ended)
    }

    /// The connection is gone, and the request may be sent again: it waits for another one.
    mutating func upstreamWasStale() {
        guard case .awaiting(let ended) = consume self else {
            preconditionFailure("an upstream is stale, but no request was given to it")
        }
        self = .connecting(requestEnded: ended)
    }

    /// The upstream does not take the request, which is written down from now on.
    mutating func kept() {
        switch consume self {
        case .connecting(let ended): self = .keeping(requestEnded: ended)
        case .awaiting(let ended): self = .keeping(requestEnded: ended)
        case .idle: preconditionFailure("a request is kept that had not started")
        case .responding: preconditionFailure("a request is kept that is being answered")
        case .keeping: preconditionFailure("a request is kept twice")
        case .tunnelling: preconditionFailure("a request is kept that had become a tunnel")
        case .failed: preconditionFailure("a request is kept that was answered")
        }
    }

    /// The gateway answers in its own name, whatever is left of the request.
    ///
    /// - Returns: Whether the request was read to its end, so that the next one may follow on the connection. After
    ///   anything else nobody knows where that begins.
    mutating func refused() -> Bool {
        switch consume self {
        case .connecting(let ended):
            self = .failed
            return ended
        case .awaiting(let ended):
            self = .failed
            return ended
        case .keeping(let ended):
            self = .failed
            return ended
        case .idle:
            self = .failed
            return false
        case .responding: preconditionFailure("a request was refused that is being answered")
        case .tunnelling: preconditionFailure("a request was refused that had become a tunnel")
        case .failed:
            self = .failed
            return false
        }
    }

    /// The head of the response is complete.
    ///
    /// - Returns: Whether the request has ended, so that the client's connection can carry another.
    mutating func responseStarted() -> Bool {
        guard case .awaiting(let ended) = consume self else {
            preconditionFailure("a response started that nobody awaits")
        }
        self = .responding(requestEnded: ended)
        return ended
    }

    /// The upstream answered 101 to a request that asked for it.
    mutating func switchedProtocols() {
        guard case .awaiting(requestEnded: true) = consume self else {
            preconditionFailure("an upstream switched protocols that was not asked to")
        }
        self = .tunnelling
    }

    enum EndAction {
        /// Both sides are done: both connections may carry their next exchange.
        case complete
        /// The upstream answered before it had read the request: neither connection can be used again.
        case answeredEarly
    }

    /// The last byte of the response was taken.
    mutating func responseEnded() -> EndAction {
        guard case .responding(let ended) = consume self else {
            preconditionFailure("a response ended that had not started")
        }
        if ended {
            self = .idle
            return .complete
        }
        self = .failed
        return .answeredEarly
    }

    enum LossAction {
        /// No byte of the answer went down: the client can still be told, by a refusal.
        case refuse
        /// The answer was cut short, and HTTP/1.1 can say so only by closing.
        case cutClient
        /// The other side hears of it by the end of its own connection.
        case endTunnel
        case ignore
    }

    /// The upstream's connection is gone, or what it says is no HTTP.
    mutating func upstreamLost() -> LossAction {
        switch consume self {
        case .idle:
            self = .idle
            return .ignore
        case .connecting(let ended):
            self = .connecting(requestEnded: ended)
            return .refuse
        case .awaiting(let ended):
            self = .awaiting(requestEnded: ended)
            return .refuse
        case .keeping(let ended):
            self = .keeping(requestEnded: ended)
            return .ignore
        case .responding:
            self = .failed
            return .cutClient
        case .tunnelling:
            self = .failed
            return .endTunnel
        case .failed:
            self = .failed
            return .ignore
        }
    }

    /// The client is gone.
    mutating func abandoned() {
        self = .failed
    }
}
