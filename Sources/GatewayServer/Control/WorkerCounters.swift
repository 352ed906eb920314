/// What one worker counts of its doings.
///
/// The worker's thread writes, the control thread reads at a scrape and adds up the workers.
final class WorkerCounters: Sendable {
    enum Version: Int, CaseIterable, Sendable { case http1, http2 }

    enum AnswerClass: Int, CaseIterable, Sendable {
        case informational, success, redirection, clientError, serverError

        init(status: Int) {
            self = AnswerClass(rawValue: status / 100 - 1) ?? .serverError
        }
    }

    /// Why the gateway answered in its own name.
    enum RefusalKind: Int, CaseIterable, Sendable {
        /// 400: the request breaks the protocol's rules.
        case malformed
        /// 414 and 431.
        case headTooLarge
        /// 413.
        case bodyTooLarge
        /// 405, 417, 501, 505: understood, and not done here.
        case unsupported
        /// 408.
        case slowRequest
        /// 308: plain HTTP from another machine.
        case redirect
        /// 503: no backend listens, or the breaker is open.
        case backendAway
        /// 503: the backend takes no more.
        case backendBusy
        /// 502.
        case badGateway
        /// 504.
        case backendTimeout
        /// 429.
        case rateLimit
        /// 403: a webhook from an address that its provider's allowlist does not have.
        case allowlist
        /// 404 for a closed endpoint, 421, and whatever else a rule refuses.
        case rule
        /// A connection's first bytes were no PROXY preface, or one from somebody who may not send it.
        case proxyPreface
    }

    /// A bound that was reached, named as in the settings.
    enum Limit: Int, CaseIterable, Sendable {
        case headBytes, headFields, targetBytes, bodyBytes, connections, connectionsPerClient, streams, bufferedBytes
        case headSeconds, idleSeconds, stallSeconds, minimumBytesPerSecond, answerSeconds, tunnelSeconds
        case connectMilliseconds
        /// Open files of the process.
        case descriptors
        /// Connections to the backend, and requests that wait for one.
        case upstreamConnections, upstreamQueue
        /// What an HTTP/2 client may do in vain: resets, empty frames, pings.
        case http2Glitches
        /// Bytes of webhooks that are written down in case that they have to be kept.
        case webhookDrafts
    }

    let requests = CounterRow<Version>()
    let answers = CounterRow<AnswerClass>()
    let refusals = CounterRow<RefusalKind>()
    let limitHits = CounterRow<Limit>()
    /// From the end of a request's head to the last byte of its answer.
    let latency = LatencyHistogram()

    let connectionsAccepted = Counter()
    /// A gauge.
    let connectionsOpen = Counter()
    /// Closed at once, because a limit was reached.
    let connectionsRefused = Counter()
    /// A gauge: requests whose answer has not ended.
    let requestsOpen = Counter()

    let handshakes = Counter()
    let handshakesResumed = Counter()
    let handshakesFailed = Counter()

    /// Bytes on clients' sockets, TLS included.
    let bytesIn = Counter()
    let bytesOut = Counter()

    let upstreamConnects = Counter()
    let upstreamConnectFailures = Counter()
    let upstreamRetries = Counter()
    /// Connections to the backend that broke with an answer under way.
    let upstreamLost = Counter()
    /// A gauge: in use and parked.
    let upstreamOpen = Counter()
    /// A gauge, 1 or 0.
    let breakerOpen = Counter()
    let breakerTrips = Counter()
    /// Batches of the access log that the file did not take.
    let accessLogLost = Counter()
    /// A gauge: the latest change of what is shared that the worker goes by.
    let generation = Counter()
    /// A gauge: WebSocket and other upgraded connections.
    let tunnelsOpen = Counter()
}
