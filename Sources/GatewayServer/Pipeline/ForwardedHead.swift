import HTTP1
import NetworkAddress
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
    ///   - identity: Lines that say who the client is, from ``identityLines(client:isSealed:)``.
    ///   - requestID: The id given to a request whose client sent none that is acceptable.
    ///   - buffer: Has room for the head and half a KiB more.
    static func write(
        _ head: RequestHead, _ bytes: Span<UInt8>, identity: Span<UInt8>, requestID: UInt64, to buffer: Buffer
    ) {
        buffer.append(bytes.extracting(0..<head.target.upperBound))
        buffer.append(" HTTP/1.1\r\n")
        // A client with HTTP/1.0 may name no host; HTTP/1.1 must.
        if head.host.isEmpty { buffer.append("Host: localhost\r\n") }
        let keepsID = writeFields(head, bytes, to: buffer)
        writeFraming(head.framing, to: buffer)
        buffer.append(identity)
        if !head.host.isEmpty {
            buffer.append("X-Forwarded-Host: ")
            buffer.append(bytes.extracting(head.host))
            buffer.append("\r\n")
        }
        if !keepsID {
            buffer.append("X-Request-ID: ")
            RequestIDs.append(requestID, to: buffer)
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
    }

    /// Copies the fields that pass, in runs as long as possible.
    ///
    /// - Returns: Whether the client's own request id was among them.
    private static func writeFields(_ head: RequestHead, _ bytes: Span<UInt8>, to buffer: Buffer) -> Bool {
        let fields = head.fields
        var keepsID = false
        var runStart = fields.first?.line.lowerBound ?? 0
        var runEnd = runStart
        for field in fields {
            if passes(field, head, bytes, keepsID: &keepsID) {
                runEnd = field.line.upperBound
                continue
            }
            buffer.append(bytes.extracting(runStart..<runEnd))
            runStart = field.line.upperBound
            runEnd = runStart
        }
        buffer.append(bytes.extracting(runStart..<runEnd))
        return keepsID
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
        _ field: FieldLine, _ head: RequestHead, _ bytes: Span<UInt8>, keepsID: inout Bool
    ) -> Bool {
        switch field.name {
        case .other, .retryAfter: return !head.options.names(bytes.extracting(field.nameBytes))
        // The client's Connection list cannot take away what routes the request.
        case .host: return !head.host.isEmpty
        case .expect: return head.expectsContinue
        case .contentLength, .transferEncoding: return false
        case .connection, .hopByHop, .forwardedFor, .realIP, .forwarding, .disguised: return false
        case .requestID:
            let isKept = !keepsID && RequestIDs.isAcceptable(bytes.extracting(field.value))
            if isKept { keepsID = true }
            return isKept
        }
    }

    /// The lines that tell the backend who the client is.
    ///
    /// Only the gateway writes them.
    static func identityLines(client: IPAddress, isSealed: Bool) -> [UInt8] {
        let lines = """
            X-Real-IP: \(client)\r\nX-Forwarded-For: \(client)\r\nX-Forwarded-Proto: \(isSealed ? "https" : "http")\r\n
            """
        return Array(lines.utf8)
    }

    /// Who the client is, told from its peer's address and the head's claims.
    static func client(peer: IPAddress, _ head: RequestHead, _ bytes: Span<UInt8>) -> IPAddress {
        var forwardedFor: [UInt8]?
        var realIP: [UInt8]?
        var hasOtherClaim = false
        for field in head.fields {
            switch field.name {
            case .forwardedFor:
                let value = copy(bytes.extracting(field.value))
                forwardedFor = forwardedFor.map { $0 + [UInt8(ascii: ",")] + value } ?? value
            case .realIP: realIP = copy(bytes.extracting(field.value))
            case .forwarding, .disguised: hasOtherClaim = true
            default: break
            }
        }
        return ClientIdentity.resolve(
            peer: peer, forwardedFor: forwardedFor, realIP: realIP, hasOtherClaim: hasOtherClaim
        )
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return copy
    }
}
