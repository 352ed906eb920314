import HTTP2
import Reactor
import TLSSession

/// How a client's connection or stream ends.
extension Worker {
    /// Tells the client, unless its answer has begun already.
    func refuseOrCut(_ stream: ClientStream, _ refusal: Refusal) {
        guard stream.exchange.isIdle || stream.exchange.awaitsAnswer else { return cut(stream) }
        stream.keepsAlive = false
        refuse(stream, refusal)
        flush(stream.client)
    }

    /// Breaks an answer off, so that nobody takes the half for the whole: a reset, without a proper end of TLS.
    func cut(_ stream: ClientStream) {
        if let side = stream.client.http2 { return reset(stream, side) }
        stream.client.socket.resetOnClose()
        close(stream.client)
    }

    /// Ends a connection whose client waits for nothing: a proper end of TLS, then ours, then it.
    func finish(_ client: ClientConnection) {
        client.phase = .closing
        flush(client)
    }

    /// Sends our end and reads on for a moment: closing with unread bytes would make the kernel reset the connection and
    /// throw away an answer that the client has not read yet.
    func linger(_ client: ClientConnection) {
        if case .sealed(let session) = client.transport {
            session.close()
            let sealed = self.sealed
            _ = client.socket.send(sealed.bytes)
            sealed.removeAll()
        }
        if let side = client.http2 { abandonStreams(side) }
        client.socket.shutDownSending()
        client.phase = .lingering(discarded: 0)
        timers.set(client, deadline: now + Limits.lingerPatience)
        client.held.removeAll()
        if client.isReadable { resumeLater(client) }
    }

    /// Nobody waits for this exchange any more.
    func abandon(_ stream: ClientStream) {
        over(stream)
        stream.draft = nil
        stream.exchange.abandoned()
        dropUpstream(of: stream)
    }

    /// The exchange has ended, well or not.
    func over(_ stream: ClientStream) {
        guard stream.isUnderWay else { return }
        stream.isUnderWay = false
        counters.requestsOpen.bump(by: -1)
        if stream.isTunnel { counters.tunnelsOpen.bump(by: -1) }
        stream.isTunnel = false
        log(stream)
    }

    private func log(_ stream: ClientStream) {
        guard let accessLog, let address = stream.clientAddress else { return }
        if accessLog.isEmpty { accessLogDue = now + Self.accessLogPause }
        let entry = AccessLog.Entry(
            id: stream.requestID, client: address, line: stream.requestLine, isHTTP2: stream.handle != nil,
            // As other servers write it when the client did not wait for an answer.
            status: stream.status == 0 ? 499 : stream.status, sentBytes: stream.sentBytes,
            microseconds: nowMicroseconds - stream.startMicroseconds)
        if !accessLog.add(entry, milliseconds: WallClock.milliseconds()) { counters.accessLogLost.bump() }
    }

    /// The client is gone, or let go: so is all that was under way for it.
    func close(_ client: ClientConnection) {
        guard !client.isClosed else { return }
        if let side = client.http2 { abandonStreams(side) } else { abandon(client.single) }
        client.phase = .closed
        client.forgetStream()
        timers.cancel(client)
        // The poller forgets it when its last owner lets it go; until then news of it finds nobody.
        clients.remove(client.token)
        shared.census.leave(client.countedFor)
        counters.connectionsOpen.bump(by: -1)
    }

    /// The gateway will stop: HTTP/2 clients are told now, HTTP/1's with their next answer.
    func announceEnd() {
        for client in clients.all {
            guard client.isOpen, let side = client.http2, !side.connection.isGoingAway else { continue }
            side.connection.announceGoAway(workspace: &workspace)
            collect(client, side)
        }
        flushDirty()
    }

    /// Gives connections without a request a last moment, since one may be on its way.
    func closeIdleSoon() {
        for client in clients.all where client.isOpen && client.isIdle {
            client.http2?.idleUntil = now + restPatience
            timers.set(client, deadline: now + restPatience)
        }
    }
}
