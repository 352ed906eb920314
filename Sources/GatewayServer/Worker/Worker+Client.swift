import HTTP1
import Reactor
import TLSSession

/// The client's side of the loop: bytes in from it, and bytes out to it.
extension Worker {
    func clientReady(_ client: ClientConnection, _ event: Poller.Event) {
        if event.isReadable || event.isHungUp { client.isReadable = true }
        if event.isHungUp { client.hasHungUp = true }
        if event.isWritable, !client.unsent.isEmpty { sendUnsent(client) }
        advance(client)
    }

    /// Reads as long as there is something, it is of use, and the connection's share of the turn lasts.
    func advance(_ client: ClientConnection) {
        var reads = 0
        while client.isReadable, client.wantsInput {
            guard reads < Limits.readsPerTurn else {
                resumeLater(client)
                return
            }
            reads += 1
            read(client)
        }
        // Nobody closes half of a TLS connection and waits: who hung up is gone, and its request need not go on.
        if client.hasHungUp, client.isSealed, client.isOpen, !client.exchange.isIdle, !client.exchange.receivesBody {
            lose(client)
        }
    }

    private func read(_ client: ClientConnection) {
        inbound.removeAll()
        switch client.socket.receive(into: inbound) {
        case .wouldBlock: client.isReadable = false
        case .failed: lose(client)
        case .ended: ended(client)
        case .bytes(let count):
            // A short read emptied the socket: the poller will say when there is more. A hang-up is read to its end.
            if count < inbound.capacity, !client.hasHungUp { client.isReadable = false }
            take(client, count)
        }
    }

    private func take(_ client: ClientConnection, _ count: Int) {
        if case .lingering(let discarded) = client.phase {
            if discarded + count > Limits.lingerBytes { close(client) }
            client.phase = client.isClosed ? .closed : .lingering(discarded: discarded + count)
            return
        }
        if case .undecided = client.transport { decideTransport(client) }
        let inbound = self.inbound
        guard case .sealed(let session) = client.transport else {
            consume(client, inbound.bytes)
            flush(client)
            return
        }
        let opened = self.opened
        opened.removeAll()
        let result = session.receive(inbound.bytes, into: opened)
        if !opened.isEmpty { consume(client, opened.bytes) }
        flush(client)
        switch result {
        case .open: break
        case .ended: ended(client)
        case .failed: lose(client)
        }
    }

    /// The first byte tells TLS (a handshake record, RFC 8446, section 5.1) from a method's name.
    private func decideTransport(_ client: ClientConnection) {
        let inbound = self.inbound
        let isHandshake = inbound.bytes[0] == 0x16
        client.transport =
            client.door == .tls && isHandshake ? .sealed(TLSSession(context: shared.tls, window: window)) : .plain
    }

    /// The client will send nothing more.
    private func ended(_ client: ClientConnection) {
        client.isReadable = false
        guard client.isOpen, !client.isSealed, !client.exchange.isIdle, !client.exchange.receivesBody else {
            lose(client)
            return
        }
        // A plain client may close its half and still wait for the answer (`printf … | nc`).
        client.keepsAlive = false
    }

    /// Takes plaintext: what cannot be used yet is held.
    private func consume(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard client.held.isEmpty else {
            client.held.append(bytes)
            useHeld(client)
            return
        }
        let used = process(client, bytes)
        if used < bytes.count, client.isOpen { client.held.append(bytes.extracting(used..<bytes.count)) }
    }

    /// Goes on with what was held: the rest of a head came, or an exchange ended and the next request waits here.
    func useHeld(_ client: ClientConnection) {
        let held = client.held
        client.held.removeAll()
        let used = process(client, held.bytes)
        if used < held.count, client.isOpen { client.held.append(held.bytes.extracting(used..<held.count)) }
    }

    /// Processes bytes by what the exchange is at.
    ///
    /// - Returns: How many were used; the rest belongs to later.
    private func process(_ client: ClientConnection, _ bytes: Span<UInt8>) -> Int {
        var index = 0
        while client.isOpen, index < bytes.count {
            // Requests that the gateway answers itself may come by the hundred in one read.
            if downward.room < Limits.ownAnswerBytes {
                flush(client)
                guard client.unsent.isEmpty else { break }
            }
            if client.exchange.receivesBody {
                index = forwardBody(client, bytes, from: index)
            } else if client.exchange.isIdle {
                guard let length = begin(client, bytes.extracting(index...)) else { break }
                index += length
            } else {
                break
            }
        }
        flushUpward(client)
        return index
    }

    /// Sends what this turn made for the client, in one system call.
    func flush(_ client: ClientConnection) {
        let downward = self.downward
        let sealed = self.sealed
        guard !client.isClosed else {
            downward.removeAll()
            sealed.removeAll()
            return
        }
        switch client.transport {
        case .sealed(let session):
            if !session.send(downward.bytes) { client.phase = .closing }
            downward.removeAll()
            send(client, sealed.bytes)
            sealed.removeAll()
        case .undecided, .plain:
            send(client, downward.bytes)
            downward.removeAll()
        }
        if case .closing = client.phase, client.unsent.isEmpty { linger(client) }
    }

    private func send(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        guard client.unsent.isEmpty else {
            client.unsent.append(bytes)
            return
        }
        switch client.socket.send(bytes) {
        case .bytes(let count):
            if count < bytes.count { keep(bytes.extracting(count...), for: client) }
        case .wouldBlock, .ended: keep(bytes, for: client)
        case .failed: lose(client)
        }
    }

    /// The client is slow: its upstream is not read meanwhile.
    private func keep(_ bytes: Span<UInt8>, for client: ClientConnection) {
        client.unsent.append(bytes)
        client.deadline = now + Limits.stallPatience
    }

    private func sendUnsent(_ client: ClientConnection) {
        let unsent = client.unsent
        switch client.socket.send(unsent.bytes) {
        case .bytes(let count):
            client.unsent.removeFirst(count)
            client.deadline = now + Limits.stallPatience
        case .wouldBlock, .ended: break
        case .failed:
            lose(client)
            return
        }
        guard client.unsent.isEmpty else { return }
        client.deadline = now + (client.exchange.isIdle ? Limits.idlePatience : Limits.answerPatience)
        if case .closing = client.phase { linger(client) }
        if let upstream = client.upstream { advance(upstream) }
        useWaiting(client)
        // Readiness was told while nothing was wanted.
        if client.isReadable { resumeLater(client) }
    }

    /// Takes the next request, if it came while the one before was under way.
    func useWaiting(_ client: ClientConnection) {
        guard client.isOpen, client.exchange.isIdle, client.unsent.isEmpty, !client.held.isEmpty else { return }
        useHeld(client)
        flush(client)
    }
}
