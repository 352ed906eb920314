import HTTP1
import HTTP2
import Reactor

/// The way up: a request's head, from the bytes that the client sent to the pipeline.
extension Worker {
    /// Takes a request's head off HTTP/1 bytes, if it is complete.
    ///
    /// - Returns: Its length; nil when more must come, or the connection ends here.
    func begin(_ stream: ClientStream, _ bytes: Span<UInt8>) -> Int? {
        let length: Int
        do {
            guard let parsed = try requestHead.parse(bytes) else {
                // From the first byte of a head to its end.
                if stream.client.deadline > now + headPatience { setPatience(stream, headPatience) }
                return nil
            }
            length = parsed
        } catch {
            refuse(stream, error)
            return nil
        }
        counters.requests.bump(.http1)
        stream.keepsAlive = requestHead.keepsAlive && phase == .serving
        stream.isHTTP10 = requestHead.isHTTP10
        stream.asksForTunnel = requestHead.asksForWebSocket
        stream.requestBody = BodyReader(requestHead.framing)
        let hasBody = requestHead.framing != .none && requestHead.framing != .length(0)
        admit(stream, bytes.extracting(0..<length), hasBody: hasBody)
        return length
    }

    /// Takes a request's head that came in HTTP/2 frames and was put into HTTP/1's form.
    func beginFrames(_ stream: ClientStream, hasEnded: Bool) {
        let head = workspace.head
        counters.requests.bump(.http2)
        do {
            // Parsed again where HTTP/1 bytes are written, so that nothing which frames can carry becomes a line.
            guard try requestHead.parse(head.span) == head.count else {
                preconditionFailure("a head made of frames is not a whole head")
            }
        } catch {
            stream.exchange.requestStarted()
            refuse(stream, error)
            return
        }
        admit(stream, head.span, hasBody: !hasEnded && !stream.asksForTunnel)
    }

    private func refuse(_ stream: ClientStream, _ error: HeadError) {
        switch error.excess {
        case .bytes: counters.limitHits.bump(.headBytes)
        case .fields: counters.limitHits.bump(.headFields)
        case .target: counters.limitHits.bump(.targetBytes)
        case nil: break
        }
        refuse(stream, Refusal(error))
    }

    /// Makes an HTTP/1 connection ready for its next request.
    func nextExchange(_ client: ClientConnection) {
        let stream = client.single
        stream.exchange = .idle
        stream.answersHead = false
        stream.permit = nil
        stream.draft = nil
        stream.asksForTunnel = false
        stream.heldRequest.removeAll()
        timers.set(client, deadline: now + restPatience)
    }
}
