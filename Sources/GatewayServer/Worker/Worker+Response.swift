import HTTP1
import Reactor
import Synchronization
import TLSSession

/// The way down: a response's head, edited, and its body behind it.
extension Worker {
    func takeResponse(_ stream: ClientStream, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        setPatience(stream, answerPatience)
        let client = stream.client
        if upstream.held.isEmpty {
            processResponse(stream, upstream, bytes)
        } else {
            upstream.held.append(bytes)
            let held = upstream.held
            upstream.held.removeAll()
            processResponse(stream, upstream, held.bytes)
        }
        flush(client)
        useWaiting(client)
        if client.isReadable { advance(client) }
    }

    private func processResponse(_ stream: ClientStream, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        var index = 0
        while !upstream.hasResponseHead {
            let rest = bytes.extracting(index...)
            do {
                guard let length = try responseHead.parse(rest) else {
                    upstream.held.append(rest)
                    return
                }
                takeHead(stream, upstream, rest.extracting(0..<length))
                index += length
            } catch {
                lost(upstream)
                return
            }
            guard !upstream.isClosed else { return }
            if stream.exchange.isTunnelling {
                tunnelOpened(stream, upstream, bytes.extracting(index...))
                return
            }
        }
        forwardResponseBody(stream, upstream, bytes, from: index)
    }

    private func takeHead(_ stream: ClientStream, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>) {
        if responseHead.isInterim {
            if responseHead.status == 100 { stream.draft?.awaitsContinue = false }
            sendInterim(stream, bytes)
            return
        }
        backendAnswered()
        stream.draft = nil
        stream.status = responseHead.status
        settle(stream, bytes)
        if responseHead.status == 101 {
            // Only who asked for it, and for what it asked.
            guard stream.asksForTunnel, responseHead.grantsWebSocket else { return lost(upstream) }
            switchProtocols(stream, upstream, bytes)
            return
        }
        counters.answers.bump(.init(status: responseHead.status))
        let framing = responseHead.framing(isHead: stream.answersHead)
        let requestHasEnded = stream.exchange.responseStarted()
        // A server that sends a body behind the answer to HEAD would have it read as the next client's answer.
        upstream.keepsAlive =
            responseHead.keepsAlive && framing != .untilClose && !upstream.takesNoMore && !stream.answersHead
        upstream.responseBody = BodyReader(framing)
        upstream.responseIsChunked = framing == .chunked
        upstream.hasResponseHead = true
        if let side = stream.client.http2 {
            let isEmpty = framing == .none || framing == .length(0)
            sendHead(stream, side, bytes, status: responseHead.status, hasEnded: isEmpty)
            return
        }
        // A body without an end of its own ends with the connection, and who answers early cannot go on either.
        let mustEndByClosing = framing == .untilClose || (framing == .chunked && stream.isHTTP10)
        if mustEndByClosing || !requestHasEnded || phase > .serving { stream.keepsAlive = false }
        let quota = quotaLines(stream)
        ReturnedHead.write(
            responseHead, bytes, coding: stream.isHTTP10 ? .none : .chunks, keepsAlive: stream.keepsAlive,
            quota: quota.span, to: downward)
    }

    /// How often the other workers are told that the backend answers: telling them costs a cache line.
    private static let tellingPause: Int64 = 50

    private func backendAnswered() {
        change { breaker, _ in breaker.succeeded() }
        guard now >= backendToldAt + Self.tellingPause else { return }
        backendToldAt = now
        shared.backendSeen.store(now, ordering: .relaxed)
    }

    private func sendInterim(_ stream: ClientStream, _ bytes: Span<UInt8>) {
        if let side = stream.client.http2 {
            sendHead(stream, side, bytes, status: responseHead.status, hasEnded: false)
        } else if !stream.isHTTP10 {
            // HTTP/1.0 has no interim answers.
            let nothing: [UInt8] = []
            ReturnedHead.write(
                responseHead, bytes, coding: .chunks, keepsAlive: true, quota: nothing.span, to: downward)
        }
    }

    private func forwardResponseBody(
        _ stream: ClientStream, _ upstream: UpstreamConnection, _ bytes: Span<UInt8>, from start: Int
    ) {
        let payload = self.payload
        payload.removeAll()
        let index: Int
        let hasEnded: Bool
        do {
            (index, hasEnded) = try upstream.responseBody.take(bytes, from: start) { range in
                let run = bytes.extracting(range)
                if upstream.responseIsChunked { payload.append(run) } else { sendDownward(stream, run) }
            }
        } catch {
            lost(upstream)
            return
        }
        if upstream.responseIsChunked {
            passChunks(stream, upstream, payload.bytes, hasEnded: hasEnded)
        } else if hasEnded, let side = stream.client.http2 {
            endFrames(stream, side)
        }
        guard hasEnded else { return }
        // Bytes behind the response's end belong to nobody's request.
        if index < bytes.count { upstream.keepsAlive = false }
        responseEnded(stream, upstream)
    }

    private func passChunks(
        _ stream: ClientStream, _ upstream: UpstreamConnection, _ payload: Span<UInt8>, hasEnded: Bool
    ) {
        if stream.isHTTP10 { return sendDownward(stream, payload) }
        stream.sentBytes += payload.count
        let trailers = hasEnded ? TrailerFields.passable(upstream.responseBody.trailers.span, names: names) : []
        if let side = stream.client.http2 {
            sendFrames(stream, side, payload, hasEnded: hasEnded, trailers: trailers)
        } else {
            ChunkWriter.write(payload, isLast: hasEnded, trailers: trailers, to: downward)
        }
    }

    /// Passes a run of the body: a long one is sealed straight from where it is, without a copy.
    func sendDownward(_ stream: ClientStream, _ run: Span<UInt8>) {
        stream.sentBytes += run.count
        if let side = stream.client.http2 { return sendFrames(stream, side, run, hasEnded: false) }
        guard case .sealed(let session) = stream.client.transport, run.count >= 8192 else {
            downward.append(run)
            return
        }
        let downward = self.downward
        let isUp = session.send(downward.bytes) && session.send(run)
        downward.removeAll()
        if !isUp { stream.client.phase = .closing }
    }

    func responseEnded(_ stream: ClientStream, _ upstream: UpstreamConnection) {
        let client = stream.client
        stream.upstream = nil
        upstream.stream = nil
        over(stream)
        counters.latency.record(microseconds: Int(nowMicroseconds - stream.startMicroseconds))
        let ending = stream.exchange.responseEnded()
        if ending == .complete, upstream.keepsAlive, upstream.unsent.isEmpty { park(upstream) } else { close(upstream) }
        if let side = client.http2 {
            if stream.pending.isEmpty { finish(stream, side) }
            return
        }
        switch ending {
        case .complete:
            // Its head may have promised more, before the gateway was told to stop.
            if stream.keepsAlive { nextExchange(client) } else { client.phase = .closing }
        case .answeredEarly: client.phase = .closing
        }
    }
}
