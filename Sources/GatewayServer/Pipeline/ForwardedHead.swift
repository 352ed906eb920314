import HTTP1
import Reactor

/// Writes the head that goes up: the client's own bytes, less what only we may say, plus what we say.
///
/// The request target goes up byte for byte, because signatures cover it. Everything of the forwarding family is the
/// gateway's alone: the client's is dropped, whatever its spelling.
enum ForwardedHead {
    /// Writes the head.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - identity: Lines that say who the client is, from ``ClientIdentity/lines(client:isSealed:)``.
    ///   - requestID: The id given to a request whose client sent none that is acceptable.
    ///   - asksForTunnel: Whether the upstream is asked to switch to WebSocket.
    ///   - buffer: Has room for the head and half a KiB more.
    static func write(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, identity: Span<UInt8>, requestID: UInt64,
        asksForTunnel: Bool, to buffer: Buffer
    ) {
        buffer.append(bytes.extracting(head.method.lowerBound..<head.target.upperBound))
        buffer.append(" HTTP/1.1\r\n")
        // A client with HTTP/1.0 may name no host; HTTP/1.1 must.
        if head.host.isEmpty { buffer.append("Host: localhost\r\n") }
        let ownID = RequestIDs.own(head, bytes)
        writeFields(head, bytes, ownID: ownID, to: buffer)
        writeFraming(head.framing, to: buffer)
        if asksForTunnel { buffer.append("Connection: Upgrade\r\nUpgrade: websocket\r\n") }
        // Meant for one connection, so said anew: the client takes trailers, and we pass them on.
        if head.takesTrailers { buffer.append("TE: trailers\r\n") }
        buffer.append(identity)
        if !head.host.isEmpty {
            buffer.append("X-Forwarded-Host: ")
            buffer.append(bytes.extracting(head.host))
            buffer.append("\r\n")
        }
        if ownID == nil {
            buffer.append("X-Request-ID: ")
            RequestIDs.append(requestID, to: buffer)
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
    }

    /// Copies the fields that pass, in runs as long as possible.
    private static func writeFields(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, ownID: FieldLine?, to buffer: Buffer
    ) {
        let fields = head.fields
        var runStart = fields.first?.line.lowerBound ?? 0
        var runEnd = runStart
        for field in fields {
            if passes(field, head, bytes, ownID: ownID) {
                runEnd = field.line.upperBound
                continue
            }
            buffer.append(bytes.extracting(runStart..<runEnd))
            runStart = field.line.upperBound
            runEnd = runStart
        }
        buffer.append(bytes.extracting(runStart..<runEnd))
    }

    /// Writes how the body is framed as we understood it, so that nobody behind us can understand another thing.
    private static func writeFraming(_ framing: BodyFraming, to buffer: Buffer) {
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            buffer.append("Content-Length: ")
            buffer.append(decimal: length)
            buffer.append("\r\n")
        case .chunked: buffer.append("Transfer-Encoding: chunked\r\n")
        }
    }

    private static func passes(
        _ field: FieldLine, _ head: borrowing RequestHead, _ bytes: Span<UInt8>, ownID: FieldLine?
    ) -> Bool {
        switch field.name {
        case .other, .cookie, .retryAfter, .rateLimit: return !head.options.names(bytes.extracting(field.nameBytes))
        // The client's Connection list cannot take away what routes the request.
        case .host: return !head.host.isEmpty
        case .expect: return head.expectsContinue
        case .contentLength, .transferEncoding: return false
        case .connection, .upgrade, .te, .trailer, .accelBuffering, .verified, .hopByHop: return false
        case .forwardedFor, .forwardedProto, .forwarded, .realIP, .connectingIP, .forwarding, .disguised: return false
        case .requestID: return field.line == ownID?.line
        }
    }
}
