import HTTP1
import NetworkAddress
import Reactor
import Settings
import Synchronization

/// The upstream's side of the loop: who gets which connection to the backend.
extension Worker {
    /// Finds a connection for the stream's request: a parked one, a new one, or a place in the queue.
    func obtainUpstream(_ stream: ClientStream) {
        if let upstream = takeParked(stream) { return attach(upstream, to: stream) }
        if breaker.isOpen {
            let seen = shared.backendSeen.load(ordering: .relaxed)
            change { breaker, _ in breaker.heard(at: seen) }
        }
        switch breaker.permit(now: now) {
        case .go: connect(stream, mayWait: true)
        case .probe: connect(stream, mayWait: false)
        case .refuse(let seconds): refuse(stream, .backendAway(retryAfterSeconds: seconds))
        }
    }

    /// The parked connection used last.
    ///
    /// A request that was lost already gets none: a backend that ends takes all its connections with it, one by one.
    /// TCP takes bytes for a peer that has gone, so what must not be sent twice looks first.
    private func takeParked(_ stream: ClientStream) -> UpstreamConnection? {
        guard stream.retries == 0 else { return nil }
        while let upstream = parked.popLast() {
            guard case .tcp = configuration.upstream, !stream.isIdempotent else { return upstream }
            guard upstream.socket.receive(into: ownAnswer, limit: 1) != .wouldBlock else { return upstream }
            ownAnswer.removeAll()
            close(upstream)
        }
        return nil
    }

    /// - Returns: Whether another request may have more luck in this turn.
    @discardableResult
    private func connect(_ stream: ClientStream, mayWait: Bool) -> Bool {
        guard !upstreams.isFull else {
            counters.limitHits.bump(.upstreamConnections)
            wait(stream)
            return false
        }
        do throws(SystemError) {
            attach(try open(), to: stream)
            return true
        } catch .wouldBlock {
            wait(stream)
        } catch .tooManyFiles {
            // Ours is the fault, and it passes when a connection ends.
            counters.limitHits.bump(.descriptors)
            wait(stream)
        } catch {
            unreachable(stream, mayWait: mayWait)
        }
        return false
    }

    private func open() throws(SystemError) -> UpstreamConnection {
        var socket: Socket?
        var isEstablished = true
        switch configuration.upstream {
        case .unix(let path): socket = try Socket.connect(unixPath: path)
        case .tcp(let address, let port):
            socket = try Socket.connect(address: address, port: port)
            isEstablished = false
        }
        counters.upstreamConnects.bump()
        counters.upstreamOpen.bump()
        let upstream = upstreams.insert { token in
            guard let socket = socket.take() else { preconditionFailure("a socket was taken twice") }
            return UpstreamConnection(token: token, socket: socket, isEstablished: isEstablished)
        }
        do throws(SystemError) {
            if upstream.watchesWriting {
                try poller.add(upstream.socket.descriptor, token: upstream.token)
            } else {
                try poller.addReading(upstream.socket.descriptor, token: upstream.token)
            }
        } catch {
            close(upstream)
            throw error
        }
        return upstream
    }

    /// Nobody listens, or not yet: a backend that restarts is back within the patience of most requests.
    func unreachable(_ stream: ClientStream, mayWait: Bool) {
        counters.upstreamConnectFailures.bump()
        guard mayWait, now < stream.connectDeadline else {
            if mayWait { counters.limitHits.bump(.connectMilliseconds) }
            change { breaker, now in breaker.wasUnreachable(now: now) }
            return refuse(stream, .backendAway(retryAfterSeconds: 1))
        }
        wait(stream)
    }

    /// A request got no answer.
    func backendFailed() {
        change { breaker, now in breaker.failed(now: now) }
    }

    /// Changes the breaker, and tells the metrics what became of it.
    func change(_ body: (inout Breaker, Int64) -> Void) {
        let wasOpen = breaker.isOpen
        body(&breaker, now)
        guard breaker.isOpen != wasOpen else { return }
        counters.breakerOpen.set(wasOpen ? 0 : 1)
        if !wasOpen { counters.breakerTrips.bump() }
    }

    private func attach(_ upstream: UpstreamConnection, to stream: ClientStream) {
        upstream.isParked = false
        upstream.stream = stream
        stream.upstream = upstream
        stream.exchange.upstreamReady()
        timers.set(upstream, deadline: upstream.isEstablished ? .max : max(now + 1, stream.connectDeadline))
        setPatience(stream, stream.exchange.receivesBody ? stallPatience : answerPatience(stream))
    }

    /// Asked again in a moment, in order.
    func wait(_ stream: ClientStream, until earliest: Int64 = 0) {
        guard waiting.count < Limits.waitingMax else {
            counters.limitHits.bump(.upstreamQueue)
            return refuse(stream, .backendBusy)
        }
        timers.set(stream.handle == nil ? stream.client : stream, deadline: stream.connectDeadline + 1000)
        stream.connectEarliest = earliest
        waiting.append(stream)
    }

    func retryWaiting() {
        guard !waiting.isEmpty else { return }
        let streams = waiting
        waiting.removeAll(keepingCapacity: true)
        var isHopeful = true
        for stream in streams where stream.exchange.isConnecting && stream.client.isOpen {
            retry(stream, isHopeful: &isHopeful)
            flushUpward(stream)
            flush(stream.client)
            if stream.client.isReadable { resumeLater(stream.client) }
        }
    }

    private func retry(_ stream: ClientStream, isHopeful: inout Bool) {
        if now < stream.connectEarliest {
            waiting.append(stream)
        } else if let upstream = takeParked(stream) {
            attach(upstream, to: stream)
        } else if breaker.isOpen {
            refuse(stream, .backendAway(retryAfterSeconds: 1))
        } else if isHopeful || now >= stream.connectDeadline {
            isHopeful = connect(stream, mayWait: true)
        } else {
            // One failure tells of all in this turn.
            waiting.append(stream)
        }
    }

    /// Takes a connection back from an exchange that ended well.
    func park(_ upstream: UpstreamConnection) {
        guard parked.count < Limits.parkedMax, !upstream.hasHungUp else { return close(upstream) }
        upstream.reset()
        timers.set(upstream, deadline: now + Limits.parkedPatience)
        upstream.isParked = true
        parked.append(upstream)
    }

    /// Ends the upstream's part of an exchange that the client does not want any more.
    func dropUpstream(of stream: ClientStream) {
        guard let upstream = stream.upstream else { return }
        stream.upstream = nil
        upstream.stream = nil
        close(upstream)
    }

    func close(_ upstream: UpstreamConnection) {
        guard !upstream.isClosed else { return }
        upstream.isClosed = true
        counters.upstreamOpen.bump(by: -1)
        timers.cancel(upstream)
        // The poller forgets it when its last owner lets it go; until then news of it finds nobody.
        upstreams.remove(upstream.token)
        guard upstream.isParked, let index = parked.firstIndex(where: { $0 === upstream }) else { return }
        parked.remove(at: index)
    }
}
