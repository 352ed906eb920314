import HTTP1
import HTTP2
import Reactor
import TLSSession

/// The upstream's side of the loop: bytes up to the backend and down from it, and connections that break.
extension Worker {
    func upstreamReady(_ upstream: UpstreamConnection, _ event: Poller.Event) {
        if event.isReadable || event.isHungUp { upstream.isReadable = true }
        if event.isHungUp { upstream.hasHungUp = true }
        if event.isWritable {
            if !upstream.isEstablished, !event.isHungUp { upstream.isEstablished = true }
            if !upstream.unsent.isEmpty { sendUnsent(upstream) }
        }
        advance(upstream)
    }

    /// Reads as long as the client takes what it is given.
    func advance(_ upstream: UpstreamConnection) {
        var budget = Limits.turnBytes
        while upstream.isReadable, !upstream.isClosed {
            let room = roomBelow(upstream)
            guard room > 0 else { return }
            guard budget > 0 else {
                resumeLater(upstream)
                return
            }
            budget -= read(upstream, limit: room)
        }
    }

    /// How much the client's side can take now.
    private func roomBelow(_ upstream: UpstreamConnection) -> Int {
        guard let stream = upstream.stream else { return Limits.turnBytes }
        let client = stream.client
        guard client.unsent.isEmpty else { return 0 }
        guard let side = client.http2, let handle = stream.handle else { return Limits.turnBytes }
        guard side.output.count < Limits.turnBytes else {
            side.isCongested = true
            return 0
        }
        guard stream.pending.isEmpty else { return 0 }
        // A window that is shut keeps little of the answer waiting here, whatever number of streams it is shut on.
        return max(min(side.connection.sendable(handle), Limits.turnBytes), Limits.answerBytesMin)
    }

    /// - Returns: How many bytes came.
    private func read(_ upstream: UpstreamConnection, limit: Int) -> Int {
        inbound.removeAll()
        let wanted = min(limit, inbound.capacity)
        switch upstream.socket.receive(into: inbound, limit: wanted) {
        case .wouldBlock: upstream.isReadable = false
        case .ended: ended(upstream)
        case .failed: lost(upstream)
        case .bytes(let count):
            if count < wanted, !upstream.hasHungUp { upstream.isReadable = false }
            // A parked connection that speaks is not to be trusted with the next request.
            guard let stream = upstream.stream else {
                close(upstream)
                return count
            }
            upstream.hasAnswered = true
            let inbound = self.inbound
            if stream.exchange.isTunnelling {
                returnTunnel(stream, inbound.bytes)
            } else {
                takeResponse(stream, upstream, inbound.bytes)
            }
            return count
        }
        return 0
    }

    /// Sends bytes up.
    func send(_ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        guard !bytes.isEmpty, !upstream.isClosed, !upstream.takesNoMore else { return }
        guard upstream.unsent.isEmpty else {
            upstream.unsent.append(bytes)
            return
        }
        remember(upstream, bytes)
        switch upstream.socket.send(bytes) {
        case .bytes(let count):
            upstream.hasSent = true
            if count < bytes.count { keep(bytes.extracting(count...), for: upstream) }
        case .wouldBlock, .ended: keep(bytes, for: upstream)
        case .failed:
            guard !upstream.hasSent else { return stopSending(upstream) }
            upstream.unsent.append(bytes)
            lost(upstream)
        }
    }

    /// Keeps a short request that may be sent again, for as long as its answer has not begun.
    private func remember(_ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        guard let stream = upstream.stream, stream.isIdempotent, !upstream.hasSent, !stream.exchange.receivesBody,
            bytes.count <= Limits.replayBytes
        else { return }
        upstream.replay.append(bytes)
    }

    /// The backend takes no more.
    ///
    /// It may have answered before it closed, so reading decides what that means.
    private func stopSending(_ upstream: UpstreamConnection) {
        upstream.takesNoMore = true
        upstream.unsent.removeAll()
        upstream.keepsAlive = false
        upstream.isReadable = true
        resumeLater(upstream)
    }

    /// The backend is slow: its client is not read meanwhile, and is not to blame.
    private func keep(_ bytes: Span<UInt8>, for upstream: UpstreamConnection) {
        if upstream.isEstablished { counters.limitHits.bump(.bufferedBytes) }
        upstream.unsent.append(bytes)
        if !upstream.watchesWriting {
            upstream.watchesWriting = true
            poller.watchWriting(upstream.socket.descriptor, token: upstream.token)
        }
        upstream.stream?.wasHeldBack = true
        if upstream.isEstablished { timers.set(upstream, deadline: now + answerPatience) }
    }

    private func sendUnsent(_ upstream: UpstreamConnection) {
        let unsent = upstream.unsent
        switch upstream.socket.send(unsent.bytes) {
        case .bytes(let count):
            upstream.hasSent = true
            upstream.unsent.removeFirst(count)
        case .wouldBlock, .ended: return
        case .failed: return upstream.hasSent ? stopSending(upstream) : lost(upstream)
        }
        guard upstream.unsent.isEmpty else {
            timers.set(upstream, deadline: now + answerPatience)
            return
        }
        timers.set(upstream, deadline: .max)
        guard let stream = upstream.stream else { return }
        if upstream.endsSending { upstream.socket.shutDownSending() }
        if stream.handle != nil { return giveCredit(stream) }
        // The client was not read while the backend was slow.
        advance(stream.client)
    }

    /// The backend closed its end.
    private func ended(_ upstream: UpstreamConnection) {
        guard let stream = upstream.stream else { return close(upstream) }
        if stream.exchange.isTunnelling { return tunnelEndedByUpstream(stream) }
        guard upstream.hasResponseHead, upstream.responseBody.isUntilClose else { return lost(upstream) }
        if let side = stream.client.http2 { endFrames(stream, side) }
        let client = stream.client
        responseEnded(stream, upstream)
        flush(client)
    }

    /// The backend's connection is of no use any more.
    ///
    /// A request of which nothing was sent goes to another connection, and so does, once, one that may be sent twice
    /// and was not answered yet (RFC 9110, section 9.2.2).
    func lost(_ upstream: UpstreamConnection) {
        guard let stream = upstream.stream else { return close(upstream) }
        // TCP takes no bytes before it is connected, so who took some was, even if the news is still to come.
        let wasEstablished = upstream.isEstablished || upstream.hasSent
        let wasUsed = upstream.wasUsed
        let request = recoverable(upstream, stream)
        upstream.stream = nil
        stream.upstream = nil
        close(upstream)
        if let request {
            counters.upstreamRetries.bump()
            stream.exchange.upstreamWasStale()
            stream.heldRequest.append(request.bytes)
            if !wasEstablished {
                unreachable(stream, mayWait: !breaker.isOpen)
            } else {
                stream.retries += wasUsed && !upstream.hasSent ? 0 : 1
                stream.connectDeadline = now + connectPatience
                if upstream.hasSent {
                    wait(stream, until: now + Limits.lossPause)
                } else {
                    obtainUpstream(stream)
                    sendHeld(stream)
                }
            }
            flush(stream.client)
            return
        }
        counters.upstreamLost.bump()
        switch stream.exchange.upstreamLost() {
        case .refuse:
            backendFailed()
            refuse(stream, .badGateway)
            flush(stream.client)
        case .cutClient, .endTunnel: cut(stream)
        case .ignore: break
        }
    }

    /// The request's bytes so far, if they may be sent over another connection.
    private func recoverable(_ upstream: UpstreamConnection, _ stream: ClientStream) -> ByteQueue? {
        guard stream.exchange.awaitsAnswer, !upstream.hasAnswered, stream.retries < Self.retriesMax else { return nil }
        if !upstream.hasSent, !upstream.takesNoMore { return upstream.unsent }
        guard stream.isIdempotent, !stream.exchange.receivesBody, !upstream.replay.isEmpty else { return nil }
        return upstream.replay
    }

    private static let retriesMax = 1
}
