import Reactor
import TLSSession

/// The client's side of the loop: bytes out to it.
extension Worker {
    /// Sends what this turn made for the client, in one system call.
    ///
    /// HTTP/2 frames wait for the end of the turn instead: answers to many streams leave together.
    func flush(_ client: ClientConnection) {
        let downward = self.downward
        let sealed = self.sealed
        guard !client.isClosed else {
            downward.removeAll()
            sealed.removeAll()
            return
        }
        if let side = client.http2 {
            precondition(downward.isEmpty, "HTTP/1 was written to an HTTP/2 connection")
            send(client, sealed.bytes)
            sealed.removeAll()
            if case .closing = client.phase { flushFrames(client, side) }
            return
        }
        seal(client, downward.bytes)
        downward.removeAll()
        if case .closing = client.phase, client.unsent.isEmpty { linger(client) }
    }

    /// Sends bytes, sealed if the client speaks TLS.
    func seal(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard case .sealed(let session) = client.transport else { return send(client, bytes) }
        let sealed = self.sealed
        if !session.send(bytes) { client.phase = .closing }
        send(client, sealed.bytes)
        sealed.removeAll()
    }

    private func send(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        counters.bytesOut.bump(by: bytes.count)
        guard client.unsent.isEmpty else {
            client.unsent.append(bytes)
            return
        }
        switch client.socket.send(bytes) {
        case .bytes(let count):
            if count < bytes.count { keep(bytes.extracting(count...), for: client) }
        case .wouldBlock, .ended: keep(bytes, for: client)
        case .failed: close(client)
        }
    }

    /// The client is slow: its upstream is not read meanwhile.
    private func keep(_ bytes: Span<UInt8>, for client: ClientConnection) {
        counters.limitHits.bump(.bufferedBytes)
        client.unsent.append(bytes)
        client.periodSent = 0
        timers.set(client, deadline: now + stallPatience)
    }

    func sendUnsent(_ client: ClientConnection) {
        let unsent = client.unsent
        switch client.socket.send(unsent.bytes) {
        case .bytes(let count):
            client.unsent.removeFirst(count)
            client.periodSent += count
        case .wouldBlock, .ended: break
        case .failed: return close(client)
        }
        guard client.unsent.isEmpty else { return }
        sentAll(client)
    }

    /// A slow client took all that waited for it.
    private func sentAll(_ client: ClientConnection) {
        if case .closing = client.phase { return linger(client) }
        if let side = client.http2 {
            setPatience(client, side)
            resumeUpstreams(side)
        } else {
            let stream = client.single
            let patience =
                stream.exchange.isIdle
                ? idlePatience : stream.exchange.isTunnelling ? tunnelPatience : answerPatience
            timers.set(client, deadline: now + patience)
            if let upstream = stream.upstream { advance(upstream) }
            useWaiting(client)
        }
        // Readiness was told while nothing was wanted.
        if client.isReadable { resumeLater(client) }
    }
}
