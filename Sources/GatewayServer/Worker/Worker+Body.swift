import HTTP1
import Reactor

/// The way up: a request's body behind its head.
extension Worker {
    /// Takes a part of an HTTP/1 body up, framed anew if it is chunked.
    ///
    /// - Returns: Where it ended among the bytes, or their count.
    func forwardBody(_ stream: ClientStream, _ bytes: Span<UInt8>, from start: Int) -> Int {
        stream.periodBytes += bytes.count - start
        let payload = self.payload
        payload.removeAll()
        let index: Int
        let hasEnded: Bool
        do {
            (index, hasEnded) = try stream.requestBody.take(bytes, from: start) { range in
                let run = bytes.extracting(range)
                if stream.requestIsChunked { payload.append(run) } else { sendUpward(stream, run) }
            }
        } catch {
            refuseOrCut(stream, Refusal(error))
            return bytes.count
        }
        guard stream.client.isOpen else { return bytes.count }
        if stream.requestIsChunked {
            let trailers =
                hasEnded ? TrailerFields.passable(stream.requestBody.trailers.span, names: names) : []
            forwardPayload(stream, payload.bytes, hasEnded: hasEnded, trailers: trailers)
        } else if hasEnded {
            bodyEnded(stream)
        }
        return index
    }

    /// Takes payload up, whatever it came in.
    func forwardPayload(_ stream: ClientStream, _ run: Span<UInt8>, hasEnded: Bool, trailers: [UInt8]) {
        guard stream.requestIsChunked else {
            sendUpward(stream, run)
            if hasEnded { bodyEnded(stream) }
            return
        }
        stream.bodyBytesLeft -= run.count
        guard stream.bodyBytesLeft >= 0 else {
            counters.limitHits.bump(.bodyBytes)
            return refuseOrCut(stream, .bodyTooLarge)
        }
        if draftBody(stream, run) { ChunkWriter.write(run, isLast: hasEnded, trailers: trailers, to: upward) }
        if hasEnded { bodyEnded(stream) }
    }

    private func bodyEnded(_ stream: ClientStream) {
        guard stream.exchange.receivesBody else { return }
        stream.exchange.requestEnded()
        if stream.exchange.isKeeping { return handOver(stream) }
        // Who waits for a connection to the backend has its own patience.
        if !stream.exchange.isConnecting { setPatience(stream, answerPatience(stream)) }
    }

    /// Sends a run of the body: a long one straight from where it is, a short one with the rest of the turn.
    private func sendUpward(_ stream: ClientStream, _ run: Span<UInt8>) {
        guard draftBody(stream, run) else { return }
        guard run.count >= 8192 else {
            upward.append(run)
            return
        }
        flushUpward(stream)
        guard stream.client.isOpen, stream.exchange.receivesBody, !stream.exchange.isKeeping else { return }
        guard let upstream = stream.upstream else {
            stream.heldRequest.append(run)
            return
        }
        send(upstream, run)
    }

    /// Sends what this turn made for the backend, behind what was held before.
    func flushUpward(_ stream: ClientStream) {
        let upward = self.upward
        guard !(upward.isEmpty && stream.heldRequest.isEmpty) else { return }
        guard stream.client.isOpen else {
            upward.removeAll()
            return
        }
        guard let upstream = stream.upstream else {
            if stream.exchange.isConnecting { stream.heldRequest.append(upward.bytes) }
            upward.removeAll()
            return
        }
        if !stream.heldRequest.isEmpty {
            stream.heldRequest.append(upward.bytes)
            upward.removeAll()
            return sendHeld(stream)
        }
        send(upstream, upward.bytes)
        upward.removeAll()
    }

    /// Sends what was held, and nothing of this turn: the connection may have broken while that was being sent.
    func sendHeld(_ stream: ClientStream) {
        guard let upstream = stream.upstream, !stream.heldRequest.isEmpty else { return }
        let held = stream.heldRequest
        stream.heldRequest.removeAll()
        send(upstream, held.bytes)
        giveCredit(stream)
    }
}

/// Frames payload as one chunk (RFC 9112, section 7.1).
enum ChunkWriter {
    /// Writes the payload that there is, and the end if it is the last.
    static func write(_ payload: Span<UInt8>, isLast: Bool, trailers: [UInt8] = [], to buffer: Buffer) {
        if !payload.isEmpty {
            buffer.append(hexadecimal: payload.count)
            buffer.append("\r\n" as StaticString)
            buffer.append(payload)
            buffer.append("\r\n" as StaticString)
        }
        guard isLast else { return }
        buffer.append("0\r\n" as StaticString)
        buffer.append(trailers.span)
        buffer.append("\r\n" as StaticString)
    }
}
