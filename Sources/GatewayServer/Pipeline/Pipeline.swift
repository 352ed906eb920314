import HTTP1
import NetworkAddress

/// What every request goes through, whatever version of HTTP it came in.
extension Worker {
    /// Takes a request whose head is in `requestHead` and well-formed: six steps, one file each.
    func admit(_ stream: ClientStream, _ bytes: Span<UInt8>, hasBody: Bool) {
        begin(stream, bytes, hasBody: hasBody)
        let client = stream.client
        let id = requestIDs.next()
        let address = ClientIdentity.client(peer: client.peer, requestHead, bytes)
        noteForLog(stream, bytes, id: id, address)
        if let refusal = readPath(bytes) ?? allowlist(client, bytes) ?? limit(stream, bytes) {
            return refuse(stream, refusal)
        }
        if let own = OwnHealth(requestHead, bytes, isStopping: phase > .serving) { return answer(stream, own) }
        startExchange(stream, bytes, address, id: id, hasBody: hasBody)
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

    /// The id that goes up: the client's own if it may, otherwise ours.
    private func keepID(_ stream: ClientStream, _ bytes: Span<UInt8>, _ id: UInt64) {
        stream.requestID.removeAll(keepingCapacity: true)
        for field in requestHead.fields where field.name == .requestID {
            guard RequestIDs.isAcceptable(bytes.extracting(field.value)) else { continue }
            for index in field.value { stream.requestID.append(bytes[index]) }
            return
        }
        let digits = RequestIDs.digits(id)
        for index in digits.indices { stream.requestID.append(digits[index]) }
    }

    private func noteForLog(_ stream: ClientStream, _ bytes: Span<UInt8>, id: UInt64, _ address: IPAddress) {
        guard accessLog != nil else { return }
        keepID(stream, bytes, id)
        stream.clientAddress = address
        RequestLine.write(
            method: bytes.extracting(requestHead.method), target: bytes.extracting(requestHead.target),
            to: &stream.requestLine)
    }
}

/// Which methods may be sent twice without harm (RFC 9110, section 9.2.2).
enum Idempotence {
    private static let methods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].map { Array($0.utf8) }

    static func holds(for method: Span<UInt8>) -> Bool {
        methods.contains { known in
            guard known.count == method.count else { return false }
            for index in known.indices where known[index] != method[index] { return false }
            return true
        }
    }
}
