import HTTP2
import Reactor
import Settings
import TLSSession

/// How long a worker waits for what, and what it does when that is over.
extension Worker {
    var headPatience: Int64 { patience.head }
    var idlePatience: Int64 { patience.idle }
    var stallPatience: Int64 { patience.stall }
    var answerPatience: Int64 { patience.answer }
    var connectPatience: Int64 { patience.connect }
    var tunnelPatience: Int64 { patience.tunnel }
    /// How long the stream's request waits for its answer.
    func answerPatience(_ stream: ClientStream) -> Int64 {
        stream.draft == nil ? answerPatience : min(answerPatience, Limits.webhookPatience)
    }
    /// How long a connection without a request is kept when the gateway stops: its client may be about to send one.
    static let drainGrace: Int64 = 1_000
    /// The same when a successor serves, so that nobody waits for this process to end: time for a slow client's
    /// handshake too.
    static let handOverGrace: Int64 = 10_000
    /// How long a connection may be without a request.
    var restPatience: Int64 {
        switch phase {
        case .serving, .announced: idlePatience
        case .succeeded: min(idlePatience, Self.handOverGrace)
        case .draining, .cut: Self.drainGrace
        }
    }
    /// How long lines of the access log are gathered at most.
    static let accessLogPause: Int64 = 500

    /// What a client must move in one period of slow transfer: something, even where no rate is asked for.
    private var periodBytesMin: Int {
        max(1, configuration.limits.minimumBytesPerSecond * configuration.limits.stallSeconds)
    }

    /// Sets how long the stream's next step may take; in HTTP/1 a stream's patience is its connection's.
    func setPatience(_ stream: ClientStream, _ milliseconds: Int64) {
        timers.set(stream.handle == nil ? stream.client : stream, deadline: now + milliseconds)
    }

    func expire(_ item: Timed) {
        switch item {
        case let client as ClientConnection: expire(client)
        case let stream as ClientStream: expire(stream)
        case let upstream as UpstreamConnection: expire(upstream)
        default: preconditionFailure("something is in the timer wheel that has no patience")
        }
        checkBuffers()
    }

    private func expire(_ client: ClientConnection) {
        guard client.unsent.isEmpty else {
            // Who does not take what it is given, or by drops, is gone.
            guard client.periodSent >= periodBytesMin else {
                counters.limitHits.bump(.minimumBytesPerSecond)
                client.socket.resetOnClose()
                return close(client)
            }
            client.periodSent = 0
            timers.set(client, deadline: now + stallPatience)
            return
        }
        guard client.isOpen else { return close(client) }
        if let side = client.http2 {
            return expire(client, side)
        }
        guard !client.isIdle else {
            counters.limitHits.bump(.idleSeconds)
            // Nothing is under way: a client that has shown nothing yet is not worth a word.
            if case .sealed(let session) = client.transport, session.isEstablished {
                finish(client)
            } else {
                close(client)
            }
            return
        }
        expire(client.single)
    }

    private func expire(_ client: ClientConnection, _ side: HTTP2Side) {
        let isStuck = side.partialSince.map { now >= $0 + headPatience } ?? false
        guard isStuck || side.connection.openCount == 0 else { return setPatience(client, side) }
        counters.limitHits.bump(isStuck ? .headSeconds : .idleSeconds)
        side.connection.goAway(isStuck ? .enhanceYourCalm : .noError, workspace: &workspace)
        collect(client, side)
        finish(client)
    }

    /// The step that the exchange is at took too long.
    private func expire(_ stream: ClientStream) {
        if stream.isLingering, let side = stream.client.http2 { return release(stream, side) }
        if stream.handle != nil, !stream.pending.isEmpty {
            // A window that stays shut, or opens by drops, holds what is behind it for ever (a stalled stream).
            guard stream.periodTaken < periodBytesMin else {
                stream.periodTaken = 0
                return setPatience(stream, stallPatience)
            }
            counters.limitHits.bump(.stallSeconds)
            return cut(stream)
        }
        if stream.exchange.isTunnelling {
            counters.limitHits.bump(.tunnelSeconds)
            cut(stream)
        } else if stream.exchange.isConnecting {
            refuseOrCut(stream, .backendBusy)
        } else if stream.exchange.isIdle {
            counters.limitHits.bump(.headSeconds)
            if case .plain = stream.client.transport {} else if !stream.client.isSealed { return close(stream.client) }
            refuseOrCut(stream, .slowRequest)
        } else if stream.exchange.receivesBody {
            expireBody(stream)
        } else if stream.exchange.isKeeping, let draft = stream.draft {
            counters.limitHits.bump(.answerSeconds)
            giveUp(stream, draft)
        } else {
            // An answer that falls silent may be one that waits for news (Server-Sent Events).
            if stream.exchange.awaitsAnswer { backendFailed() }
            counters.limitHits.bump(.answerSeconds)
            refuseOrCut(stream, .timeout)
        }
        flush(stream.client)
    }

    private func expireBody(_ stream: ClientStream) {
        let isHeldBack = stream.wasHeldBack || !(stream.upstream?.unsent.isEmpty ?? true)
        guard isHeldBack || stream.periodBytes >= periodBytesMin else {
            counters.limitHits.bump(stream.periodBytes == 0 ? .stallSeconds : .minimumBytesPerSecond)
            return refuseOrCut(stream, .slowRequest)
        }
        stream.periodBytes = 0
        stream.wasHeldBack = false
        setPatience(stream, stallPatience)
    }

    private func expire(_ upstream: UpstreamConnection) {
        guard let stream = upstream.stream else { return close(upstream) }
        guard upstream.isEstablished else { return lost(upstream) }
        // The backend takes nothing of the request any more.
        guard !upstream.unsent.isEmpty else { return }
        backendFailed()
        counters.limitHits.bump(.answerSeconds)
        refuseOrCut(stream, .timeout)
        flush(stream.client)
    }
}
