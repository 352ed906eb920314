import Reactor
import TLSSession

/// How a client's connection ends.
extension Worker {
    /// The connection's patience is over.
    func expire(_ client: ClientConnection) {
        guard client.isOpen else { return close(client) }
        // Who does not take what it is given is gone, and so is who has nothing under way.
        guard client.unsent.isEmpty, !(client.exchange.isIdle && client.held.isEmpty) else { return lose(client) }
        if client.exchange.isConnecting {
            refuseOrCut(client, .backendBusy)
        } else if client.exchange.isIdle || client.exchange.receivesBody {
            guard !isUndecided(client) else { return lose(client) }
            refuseOrCut(client, .slowRequest)
        } else {
            refuseOrCut(client, .timeout)
        }
    }

    private func isUndecided(_ client: ClientConnection) -> Bool {
        if case .undecided = client.transport { true } else { false }
    }

    /// Tells the client, unless its answer has begun already.
    func refuseOrCut(_ client: ClientConnection, _ refusal: Refusal) {
        guard client.exchange.isIdle || client.exchange.awaitsAnswer else { return lose(client) }
        client.keepsAlive = false
        refuse(client, refusal)
        flush(client)
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
        client.socket.shutDownSending()
        client.phase = .lingering(discarded: 0)
        client.deadline = now + Limits.lingerPatience
        client.held.removeAll()
        if client.isReadable { resumeLater(client) }
    }

    /// The client is gone: so is its exchange.
    func lose(_ client: ClientConnection) {
        client.exchange.abandoned()
        dropUpstream(of: client)
        close(client)
    }

    func close(_ client: ClientConnection) {
        guard !client.isClosed else { return }
        dropUpstream(of: client)
        client.phase = .closed
        poller.remove(client.socket.descriptor)
        clients.remove(client.token)
    }
}
