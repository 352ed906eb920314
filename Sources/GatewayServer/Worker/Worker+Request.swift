import HTTP1
import NetworkAddress
import Reactor

/// The way up: a request's head through the pipeline, and its body behind it.
extension Worker {
    /// Takes a request's head, if it is complete.
    ///
    /// - Returns: Its length; nil when more must come, or the connection ends here.
    func begin(_ client: ClientConnection, _ bytes: Span<UInt8>) -> Int? {
        let length: Int
        do {
            guard let parsed = try requestHead.parse(bytes) else {
                client.deadline = min(client.deadline, now + Limits.headPatience)
                return nil
            }
            length = parsed
        } catch {
            refuse(client, Refusal(error))
            return nil
        }
        client.keepsAlive = requestHead.keepsAlive && !isDraining
        client.answersHead = requestHead.isHead
        client.isHTTP10 = requestHead.isHTTP10
        client.requestBody = BodyReader(requestHead.framing)
        client.requestIsChunked = requestHead.framing == .chunked
        client.exchange.requestStarted()
        let hasBody = requestHead.framing != .none && requestHead.framing != .length(0)
        if !hasBody { client.exchange.requestEnded() }
        guard mayPass(client, bytes.extracting(0..<length)) else { return length }
        if OwnHealth.matches(requestHead, bytes) {
            answerHealth(client)
            return length
        }
        client.deadline = now + (hasBody ? Limits.stallPatience : Limits.answerPatience)
        writeHead(client, bytes.extracting(0..<length))
        obtainUpstream(client)
        return length
    }

    /// A plain request at the TLS door is for clients on this machine; all others are sent to TLS.
    private func mayPass(_ client: ClientConnection, _ bytes: Span<UInt8>) -> Bool {
        guard client.door == .tls, !client.isSealed, !client.peer.isLoopback else { return true }
        var location = Array("https://".utf8)
        // Both were checked: host characters, and visible ASCII. A target that is no path names nothing to go to.
        for index in requestHead.host { location.append(bytes[index]) }
        if bytes[requestHead.target.lowerBound] == UInt8(ascii: "/") {
            for index in requestHead.target { location.append(bytes[index]) }
        }
        refuse(client, .redirect(to: location))
        return false
    }

    private func answerHealth(_ client: ClientConnection) {
        let keepsAlive = client.exchange.refused() && client.keepsAlive
        OwnHealth.write(to: downward, isHead: client.answersHead, keepsAlive: keepsAlive)
        if keepsAlive { nextExchange(client) } else { client.phase = .closing }
    }

    private func writeHead(_ client: ClientConnection, _ bytes: Span<UInt8>) {
        let address = ForwardedHead.client(peer: client.peer, requestHead, bytes)
        let id = requestIDs.next()
        if address == client.peer {
            if client.directIdentity.isEmpty {
                client.directIdentity = ForwardedHead.identityLines(client: address, isSealed: client.isSealed)
            }
            let identity = client.directIdentity
            ForwardedHead.write(requestHead, bytes, identity: identity.span, requestID: id, to: upward)
        } else {
            let identity = ForwardedHead.identityLines(client: address, isSealed: client.isSealed)
            ForwardedHead.write(requestHead, bytes, identity: identity.span, requestID: id, to: upward)
        }
    }

    /// Takes a part of the body up, framed anew if it is chunked.
    ///
    /// - Returns: Where it ended among the bytes, or their count.
    func forwardBody(_ client: ClientConnection, _ bytes: Span<UInt8>, from start: Int) -> Int {
        // Who waits for a place in the backend's queue has its own patience.
        if !client.exchange.isConnecting { client.deadline = now + Limits.stallPatience }
        let payload = self.payload
        payload.removeAll()
        let index: Int
        let hasEnded: Bool
        do {
            (index, hasEnded) = try client.requestBody.take(bytes, from: start) { range in
                let run = bytes.extracting(range)
                if client.requestIsChunked { payload.append(run) } else { sendUpward(client, run) }
            }
        } catch {
            refuseOrCut(client, Refusal(error))
            return bytes.count
        }
        if client.requestIsChunked { ChunkWriter.write(payload.bytes, isLast: hasEnded, to: upward) }
        if hasEnded {
            client.exchange.requestEnded()
            if !client.exchange.isConnecting { client.deadline = now + Limits.answerPatience }
        }
        return index
    }

    /// Sends a run of the body: a long one straight from where it is, a short one with the rest of the turn.
    private func sendUpward(_ client: ClientConnection, _ run: Span<UInt8>) {
        guard run.count >= 8192 else {
            upward.append(run)
            return
        }
        flushUpward(client)
        guard client.isOpen else { return }
        guard let upstream = client.upstream else {
            client.heldRequest.append(run)
            return
        }
        send(upstream, run)
    }

    /// Refuses the current request, or what was to become one, and ends the connection behind the answer.
    func refuse(_ client: ClientConnection, _ refusal: Refusal) {
        guard client.isOpen else { return }
        upward.removeAll()
        // A client that broke the rules is not believed to know where its next request begins.
        let keepsAlive = client.exchange.refused() && client.keepsAlive && refusal.status >= 500 && !isDraining
        refusal.write(to: downward, isHead: client.answersHead, keepsAlive: keepsAlive)
        dropUpstream(of: client)
        guard keepsAlive else {
            client.phase = .closing
            return
        }
        nextExchange(client)
        // What waits behind it is taken in the next turn: its bytes may still be on their way into `held`.
        resumeLater(client)
    }

    /// Makes the connection ready for its next request.
    func nextExchange(_ client: ClientConnection) {
        client.exchange = .idle
        client.answersHead = false
        client.heldRequest.removeAll()
        client.deadline = now + Limits.idlePatience
    }
}

/// Frames payload as one chunk (RFC 9112, section 7.1).
enum ChunkWriter {
    /// Writes the payload that there is, and the end if it is the last.
    static func write(_ payload: Span<UInt8>, isLast: Bool, to buffer: Buffer) {
        if !payload.isEmpty {
            buffer.append(String(payload.count, radix: 16))
            buffer.append("\r\n" as StaticString)
            buffer.append(payload)
            buffer.append("\r\n" as StaticString)
        }
        if isLast { buffer.append("0\r\n\r\n" as StaticString) }
    }
}
