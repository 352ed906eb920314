import HTTP1
import HTTP2
import NetworkAddress
import Reactor
import Settings
import TLSSession

/// The client's side of the loop: bytes in from it.
extension Worker {
    func clientReady(_ client: ClientConnection, _ event: Poller.Event) {
        if event.isReadable || event.isHungUp { client.isReadable = true }
        if event.isHungUp { client.hasHungUp = true }
        if event.isWritable, !client.unsent.isEmpty { sendUnsent(client) }
        advance(client)
    }

    /// Reads as long as there is something, it is of use, and the connection's share of the turn lasts.
    func advance(_ client: ClientConnection) {
        var budget = Limits.turnBytes
        while client.isReadable, client.wantsInput {
            guard budget > 0 else {
                resumeLater(client)
                return
            }
            budget -= read(client)
        }
        // Nobody closes half of a TLS connection and waits: who hung up is gone, and its request need not go on.
        guard client.hasHungUp, client.isSealed, client.isOpen, client.http2 == nil else { return }
        let stream = client.single
        if !stream.exchange.isIdle, !stream.exchange.receivesBody, !stream.exchange.isTunnelling { close(client) }
    }

    /// - Returns: How many bytes came.
    private func read(_ client: ClientConnection) -> Int {
        inbound.removeAll()
        let wanted = min(inbound.capacity, configuration.limits.bufferedBytes)
        switch client.socket.receive(into: inbound, limit: wanted) {
        case .wouldBlock: client.isReadable = false
        case .failed: close(client)
        case .ended: ended(client)
        case .bytes(let count):
            // A short read emptied the socket: the poller will say when there is more. A hang-up is read to its end.
            if count < wanted, !client.hasHungUp { client.isReadable = false }
            counters.bytesIn.bump(by: count)
            let inbound = self.inbound
            take(client, inbound.bytes)
            return count
        }
        return 0
    }

    private func take(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        if case .lingering(let discarded) = client.phase {
            if discarded + bytes.count > Limits.lingerBytes { close(client) }
            client.phase = client.isClosed ? .closed : .lingering(discarded: discarded + bytes.count)
            return
        }
        switch client.transport {
        case .preface: takePreface(client, bytes)
        case .undecided:
            decideTransport(client, bytes[0])
            takeDecided(client, bytes)
        case .plain, .sealed: takeDecided(client, bytes)
        }
    }

    /// The first byte tells TLS (a handshake record, RFC 8446, section 5.1) from a method's name.
    private func decideTransport(_ client: ClientConnection, _ byte: UInt8) {
        let isHandshake = byte == 0x16
        client.transport =
            client.door == .tls && isHandshake ? .sealed(TLSSession(context: tls, window: window)) : .plain
    }

    /// A peer that speaks for others has to say for whom, before anything else (PROXY protocol, section 2).
    private func takePreface(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        client.held.append(bytes)
        let held = client.held
        switch ProxyPreface.parse(held.bytes) {
        case .needsMore: return
        case .absent, .malformed:
            counters.refusals.bump(.proxyPreface)
            close(client)
        case .parsed(let source, let count):
            client.held.removeAll()
            client.transport = .undecided
            if let source, !speaks(client, for: source) { return close(client) }
            if count < held.count { take(client, held.bytes.extracting(count...)) }
        }
    }

    /// From now on the connection is this client's, and counted as such.
    ///
    /// - Returns: Whether that client may have another connection.
    private func speaks(_ client: ClientConnection, for source: IPAddress) -> Bool {
        // A balancer elsewhere has no client at this machine: who is called that gets none of its privileges.
        client.peer = source.isLoopback ? ClientIdentity.unknown : source
        client.isSpokenFor = true
        guard mayEnter(client.peer) else {
            counters.connectionsRefused.bump()
            return false
        }
        shared.census.leave(client.countedFor)
        client.countedFor = client.peer
        return true
    }

    private func takeDecided(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard case .sealed(let session) = client.transport else {
            consume(client, bytes)
            flush(client)
            return
        }
        let wasEstablished = session.isEstablished
        let opened = self.opened
        opened.removeAll()
        let result = session.receive(bytes, into: opened)
        if !wasEstablished { countHandshake(client, session, result) }
        if !opened.isEmpty { consume(client, opened.bytes) }
        flush(client)
        switch result {
        case .open: break
        case .ended: ended(client)
        case .failed: close(client)
        }
    }

    private func countHandshake(_ client: ClientConnection, _ session: TLSSession, _ result: TLSSession.Received) {
        guard session.isEstablished else {
            if result == .failed { counters.handshakesFailed.bump() }
            return
        }
        counters.handshakes.bump()
        if session.isResumed { counters.handshakesResumed.bump() }
        if session.negotiated == .http2 { startHTTP2(client) }
    }

    /// The client will send nothing more.
    private func ended(_ client: ClientConnection) {
        client.isReadable = false
        guard client.isOpen, client.http2 == nil else { return close(client) }
        let stream = client.single
        if stream.exchange.isTunnelling { return tunnelEndedByClient(stream) }
        guard !client.isSealed, !stream.exchange.isIdle, !stream.exchange.receivesBody else { return close(client) }
        // A plain client may close its half and still wait for the answer (`printf … | nc`).
        stream.keepsAlive = false
    }

    /// Takes plaintext: what cannot be used yet is held.
    private func consume(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        guard client.held.isEmpty else {
            let isHead = client.http2 == nil && client.single.exchange.isIdle
            client.held.append(bytes)
            // Who sends a head byte by byte does not have it parsed as often.
            let isWorth = RequestHead.isWorthParsing(bytes) || client.held.count >= configuration.limits.headBytes
            if !isHead || isWorth { useHeld(client) }
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

    private func process(_ client: ClientConnection, _ bytes: Span<UInt8>) -> Int {
        if let side = client.http2 { return processFrames(client, side, bytes) }
        let used = processMessages(client, client.single, bytes)
        flushUpward(client.single)
        return used
    }

    /// Processes HTTP/1 by what the exchange is at.
    ///
    /// - Returns: How many bytes were used; the rest belongs to later.
    private func processMessages(_ client: ClientConnection, _ stream: ClientStream, _ bytes: Span<UInt8>) -> Int {
        var index = 0
        while client.isOpen, index < bytes.count {
            // Requests that the gateway answers itself may come by the hundred in one read.
            if downward.room < Limits.ownAnswerBytes {
                flush(client)
                guard client.unsent.isEmpty else { break }
            }
            if stream.exchange.receivesBody {
                index = forwardBody(stream, bytes, from: index)
            } else if stream.exchange.isIdle {
                guard let length = begin(stream, bytes.extracting(index...)) else { break }
                index += length
            } else if stream.exchange.isTunnelling {
                forwardTunnel(stream, bytes.extracting(index...))
                index = bytes.count
            } else {
                break
            }
        }
        return index
    }

    /// Takes the next request, if it came while the one before was under way.
    func useWaiting(_ client: ClientConnection) {
        guard client.isOpen, client.http2 == nil, client.unsent.isEmpty, !client.held.isEmpty else { return }
        let stream = client.single
        guard stream.exchange.isIdle || stream.exchange.isTunnelling else { return }
        if case .preface = client.transport { return }
        useHeld(client)
        flush(client)
    }
}
