import HTTP1
import Reactor
import TLSSession

/// The way down: a response's head, edited, and its body behind it.
extension Worker {
    func takeResponse(_ client: ClientConnection, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        client.deadline = now + Limits.answerPatience
        if upstream.held.isEmpty {
            processResponse(client, upstream, bytes)
        } else {
            upstream.held.append(bytes)
            let held = upstream.held
            upstream.held.removeAll()
            processResponse(client, upstream, held.bytes)
        }
        flush(client)
        useWaiting(client)
        if client.isReadable { advance(client) }
    }

    private func processResponse(_ client: ClientConnection, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        var index = 0
        while !upstream.hasResponseHead {
            let rest = bytes.extracting(index...)
            do {
                guard let length = try responseHead.parse(rest) else {
                    upstream.held.append(rest)
                    return
                }
                takeHead(client, upstream, rest.extracting(0..<length))
                index += length
            } catch {
                lost(upstream)
                return
            }
            guard !upstream.isClosed else { return }
        }
        forwardResponseBody(client, upstream, bytes, from: index)
    }

    private func takeHead(_ client: ClientConnection, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        if responseHead.isInterim {
            // HTTP/1.0 has no interim answers.
            if !client.isHTTP10 {
                ReturnedHead.write(responseHead, bytes, isHTTP10: false, keepsAlive: true, to: downward)
            }
            return
        }
        // Nothing was asked to switch protocols: `Upgrade` does not go up.
        guard responseHead.status != 101 else { return lost(upstream) }
        let framing = responseHead.framing(isHead: client.answersHead)
        let requestHasEnded = client.exchange.responseStarted()
        // A body without an end of its own ends with the connection, and who answers early cannot go on either.
        let mustEndByClosing = framing == .untilClose || (framing == .chunked && client.isHTTP10)
        if mustEndByClosing || !requestHasEnded || isDraining { client.keepsAlive = false }
        // A server that sends a body behind the answer to HEAD would have it read as the next client's answer.
        upstream.keepsAlive =
            responseHead.keepsAlive && framing != .untilClose && !upstream.takesNoMore && !client.answersHead
        upstream.responseBody = BodyReader(framing)
        upstream.responseIsChunked = framing == .chunked
        upstream.hasResponseHead = true
        ReturnedHead.write(
            responseHead, bytes, isHTTP10: client.isHTTP10, keepsAlive: client.keepsAlive, to: downward)
    }

    private func forwardResponseBody(
        _ client: ClientConnection, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>, from start: Int
    ) {
        let payload = self.payload
        payload.removeAll()
        let index: Int
        let hasEnded: Bool
        do {
            (index, hasEnded) = try upstream.responseBody.take(bytes, from: start) { range in
                let run = bytes.extracting(range)
                if upstream.responseIsChunked { payload.append(run) } else { sendDownward(client, run) }
            }
        } catch {
            lost(upstream)
            return
        }
        if upstream.responseIsChunked {
            if client.isHTTP10 {
                sendDownward(client, payload.bytes)
            } else {
                ChunkWriter.write(payload.bytes, isLast: hasEnded, to: downward)
            }
        }
        guard hasEnded else { return }
        // Bytes behind the response's end belong to nobody's request.
        if index < bytes.count { upstream.keepsAlive = false }
        responseEnded(client, upstream)
    }

    /// Passes a run of the body: a long one is sealed straight from where it is, without a copy.
    private func sendDownward(_ client: ClientConnection, _ run: Span<UInt8>) {
        guard case .sealed(let session) = client.transport, run.count >= 8192 else {
            downward.append(run)
            return
        }
        let downward = self.downward
        let isUp = session.send(downward.bytes) && session.send(run)
        downward.removeAll()
        if !isUp { client.phase = .closing }
    }

    func responseEnded(_ client: ClientConnection, _ upstream: UpstreamConnection) {
        client.upstream = nil
        upstream.client = nil
        switch client.exchange.responseEnded() {
        case .complete:
            if upstream.keepsAlive, upstream.unsent.isEmpty { park(upstream) } else { close(upstream) }
            // Its head may have promised more, before the gateway was told to stop.
            if client.keepsAlive, !isDraining { nextExchange(client) } else { client.phase = .closing }
        case .answeredEarly:
            close(upstream)
            client.phase = .closing
        }
    }
}
