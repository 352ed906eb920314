import HTTP1
import Reactor

/// Writes the head that goes down: the backend's own bytes, less what was meant for our connection to it.
enum ReturnedHead {
    /// Writes the head.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - isHTTP10: Whether the client speaks HTTP/1.0: no transfer coding, and no connection kept unless it is said.
    ///   - keepsAlive: Whether the client's connection stays open behind the answer.
    ///   - buffer: Has room for the head and a little more.
    static func write(
        _ head: ResponseHead, _ bytes: Span<UInt8>, isHTTP10: Bool, keepsAlive: Bool, to buffer: Buffer
    ) {
        buffer.append("HTTP/1.1" as StaticString)
        var runStart = 8
        for field in head.fields where !passes(field, head, bytes, isHTTP10: isHTTP10) {
            buffer.append(bytes.extracting(runStart..<field.line.lowerBound))
            runStart = field.line.upperBound
        }
        buffer.append(bytes.extracting(runStart..<(head.fields.last?.line ?? head.statusLine).upperBound))
        if !keepsAlive {
            buffer.append("Connection: close\r\n" as StaticString)
        } else if isHTTP10 {
            buffer.append("Connection: keep-alive\r\n" as StaticString)
        }
        buffer.append("\r\n" as StaticString)
    }

    private static func passes(_ field: FieldLine, _ head: ResponseHead, _ bytes: Span<UInt8>, isHTTP10: Bool) -> Bool {
        switch field.name {
        case .connection, .hopByHop, .disguised: false
        case .contentLength: true
        case .transferEncoding: !isHTTP10
        default: !head.options.names(bytes.extracting(field.nameBytes))
        }
    }
}
