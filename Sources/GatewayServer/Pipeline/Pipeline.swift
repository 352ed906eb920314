import HTTP1
import NetworkAddress

/// What every request goes through, whatever version of HTTP it came in.
extension Worker {
    /// Takes a request whose head is in `requestHead` and well-formed: six steps, one file each.
    ///
    /// What the gateway answers itself goes no further than the fifth.
    func admit(_ stream: ClientStream, _ bytes: Span<UInt8>, hasBody: Bool) {
        begin(stream, bytes, hasBody: hasBody)
        let client = stream.client
        let id = requestIDs.next()
        let identity = ClientIdentity(
            peer: client.peer, isPeerClaimed: client.isSpokenFor, requestHead, bytes, hops: configuration.hops)
        noteForLog(stream, bytes, id: id, identity.address)
        if let refusal = readPath(bytes) ?? allowlist(client, bytes, identity) ?? limit(stream, bytes, identity) {
            audit(refusal, stream, bytes, identity)
            return refuse(stream, refusal)
        }
        if let own = OwnHealth(requestHead, bytes, isStopping: phase > .serving) { return answer(stream, own) }
        startExchange(stream, bytes, identity.toldAddress, id: id, hasBody: hasBody)
    }

    private func begin(_ stream: ClientStream, _ bytes: Span<UInt8>, hasBody: Bool) {
        stream.answersHead = requestHead.isHead
        stream.requestIsChunked = requestHead.framing == .chunked
        stream.isIdempotent = Idempotence.holds(for: bytes.extracting(requestHead.method))
        stream.retries = 0
        stream.startMicroseconds = nowMicroseconds
        stream.exchange.requestStarted()
        if !hasBody { stream.exchange.requestEnded() }
        stream.status = 0
        stream.sentBytes = 0
        stream.isUnderWay = true
        counters.requestsOpen.bump()
    }

    private func noteForLog(_ stream: ClientStream, _ bytes: Span<UInt8>, id: UInt64, _ address: IPAddress) {
        guard accessLog != nil else { return }
        RequestIDs.write(requestHead, bytes, made: id, to: &stream.requestID)
        stream.clientAddress = address
        RequestLine.write(
            method: bytes.extracting(requestHead.method), target: bytes.extracting(requestHead.target),
            to: &stream.requestLine)
    }
}
