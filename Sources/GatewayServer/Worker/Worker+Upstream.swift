import HTTP1
import Reactor

/// The upstream's side of the loop: connections to the backend, bytes up to it, and who gets which.
extension Worker {
    func upstreamReady(_ upstream: UpstreamConnection, _ event: Poller.Event) {
        if event.isReadable || event.isHungUp { upstream.isReadable = true }
        if event.isHungUp { upstream.hasHungUp = true }
        if event.isWritable, !upstream.unsent.isEmpty { sendUnsent(upstream) }
        advance(upstream)
    }

    /// Reads as long as the client takes what it is given.
    func advance(_ upstream: UpstreamConnection) {
        var reads = 0
        while upstream.isReadable, !upstream.isClosed, upstream.client?.unsent.isEmpty ?? true {
            guard reads < Limits.readsPerTurn else {
                resumeLater(upstream)
                return
            }
            reads += 1
            read(upstream)
        }
    }

    private func read(_ upstream: UpstreamConnection) {
        inbound.removeAll()
        switch upstream.socket.receive(into: inbound) {
        case .wouldBlock: upstream.isReadable = false
        case .ended: ended(upstream)
        case .failed: lost(upstream)
        case .bytes(let count):
            if count < inbound.capacity, !upstream.hasHungUp { upstream.isReadable = false }
            // A parked connection that speaks is not to be trusted with the next request.
            guard let client = upstream.client else { return close(upstream) }
            let inbound = self.inbound
            takeResponse(client, upstream, inbound.bytes)
        }
    }

    /// Finds a connection for the client's request: a parked one, a new one, or a place in the queue.
    func obtainUpstream(_ client: ClientConnection) {
        if let upstream = parked.popLast() {
            attach(upstream, to: client)
            return
        }
        guard !upstreams.isFull else {
            wait(client)
            return
        }
        do throws(SystemError) {
            var socket: Socket? = try Socket.connect(unixPath: shared.upstreamPath)
            let upstream = upstreams.insert { token in
                guard let socket = socket.take() else { preconditionFailure("a socket was taken twice") }
                return UpstreamConnection(token: token, socket: socket)
            }
            do throws(SystemError) {
                try poller.add(upstream.socket.descriptor, token: upstream.token)
            } catch {
                close(upstream)
                throw error
            }
            attach(upstream, to: client)
        } catch .wouldBlock {
            wait(client)
        } catch {
            refuse(client, .backendAway)
        }
    }

    private func attach(_ upstream: UpstreamConnection, to client: ClientConnection) {
        upstream.client = client
        client.upstream = upstream
        client.exchange.upstreamReady()
    }

    /// The backend's queue of connections is full: asked again in a moment, in order.
    private func wait(_ client: ClientConnection) {
        guard waiting.count < Limits.waitingMax else {
            refuse(client, .backendBusy)
            return
        }
        client.deadline = now + Limits.connectPatience
        waiting.append(client)
    }

    func retryWaiting() {
        guard !waiting.isEmpty else { return }
        let clients = waiting
        waiting.removeAll()
        for client in clients where client.isOpen && client.exchange.isConnecting {
            let deadline = client.deadline
            obtainUpstream(client)
            if client.exchange.isConnecting {
                client.deadline = deadline
            } else if client.exchange.awaitsAnswer {
                client.deadline = now + (client.exchange.receivesBody ? Limits.stallPatience : Limits.answerPatience)
            }
            flushUpward(client)
            flush(client)
            if client.isReadable { resumeLater(client) }
        }
    }

    /// Sends what this turn made for the backend, behind what was held before.
    func flushUpward(_ client: ClientConnection) {
        let upward = self.upward
        guard !(upward.isEmpty && client.heldRequest.isEmpty) else { return }
        guard client.isOpen else {
            upward.removeAll()
            return
        }
        guard let upstream = client.upstream else {
            client.heldRequest.append(upward.bytes)
            upward.removeAll()
            return
        }
        if !client.heldRequest.isEmpty {
            client.heldRequest.append(upward.bytes)
            upward.removeAll()
            let held = client.heldRequest
            client.heldRequest.removeAll()
            send(upstream, held.bytes)
            return
        }
        send(upstream, upward.bytes)
        upward.removeAll()
    }

    /// Sends bytes up.
    ///
    /// A parked connection may have gone stale: as long as nothing of the request was taken, another one is tried.
    func send(_ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        guard !bytes.isEmpty, !upstream.isClosed, !upstream.takesNoMore else { return }
        guard upstream.unsent.isEmpty else {
            upstream.unsent.append(bytes)
            return
        }
        switch upstream.socket.send(bytes) {
        case .bytes(let count):
            upstream.hasSent = true
            if count < bytes.count { keep(bytes.extracting(count...), for: upstream) }
        case .wouldBlock, .ended: keep(bytes, for: upstream)
        case .failed:
            guard upstream.wasUsed, !upstream.hasSent, let client = upstream.client else {
                stopSending(upstream)
                return
            }
            replaceStale(upstream, of: client, bytes)
        }
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
        upstream.unsent.append(bytes)
        upstream.client?.deadline = now + Limits.answerPatience
    }

    private func replaceStale(_ upstream: UpstreamConnection, of client: ClientConnection, _ bytes: Span<UInt8>) {
        upstream.client = nil
        client.upstream = nil
        close(upstream)
        client.exchange.upstreamWasStale()
        client.heldRequest.append(bytes)
        obtainUpstream(client)
        guard let next = client.upstream else { return }
        let held = client.heldRequest
        client.heldRequest.removeAll()
        // Each turn of this closes a parked connection, so it ends.
        send(next, held.bytes)
    }

    private func sendUnsent(_ upstream: UpstreamConnection) {
        let unsent = upstream.unsent
        switch upstream.socket.send(unsent.bytes) {
        case .bytes(let count):
            upstream.hasSent = true
            upstream.unsent.removeFirst(count)
        case .wouldBlock, .ended: return
        case .failed: return stopSending(upstream)
        }
        guard upstream.unsent.isEmpty, let client = upstream.client else { return }
        client.deadline = now + (client.exchange.receivesBody ? Limits.stallPatience : Limits.answerPatience)
        // The client was not read while the backend was slow.
        advance(client)
    }

    /// The backend closed its end.
    private func ended(_ upstream: UpstreamConnection) {
        if upstream.hasResponseHead, upstream.responseBody.isUntilClose, let client = upstream.client {
            responseEnded(client, upstream)
            flush(client)
            return
        }
        lost(upstream)
    }

    /// The backend's connection is of no use any more.
    func lost(_ upstream: UpstreamConnection) {
        guard let client = upstream.client else { return close(upstream) }
        upstream.client = nil
        client.upstream = nil
        close(upstream)
        switch client.exchange.upstreamLost() {
        case .refuse:
            refuse(client, .badGateway)
            flush(client)
        case .cutClient:
            // Reset, and without a proper end of TLS, so that nobody takes the half for the whole.
            client.socket.resetOnClose()
            close(client)
        case .ignore: break
        }
    }

    /// Takes a connection back from an exchange that ended well.
    func park(_ upstream: UpstreamConnection) {
        guard parked.count < Limits.parkedMax, !upstream.hasHungUp else { return close(upstream) }
        upstream.reset()
        upstream.idleSince = now
        parked.append(upstream)
    }

    /// Ends the upstream's part of an exchange that the client does not want any more.
    func dropUpstream(of client: ClientConnection) {
        guard let upstream = client.upstream else { return }
        client.upstream = nil
        upstream.client = nil
        close(upstream)
    }

    func close(_ upstream: UpstreamConnection) {
        guard !upstream.isClosed else { return }
        upstream.isClosed = true
        poller.remove(upstream.socket.descriptor)
        upstreams.remove(upstream.token)
        if let index = parked.firstIndex(where: { $0 === upstream }) { parked.remove(at: index) }
    }
}
