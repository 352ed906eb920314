import HTTP1
import Reactor

/// Writes the head that goes down: the backend's own bytes, less what was meant for our connection to it.
enum ReturnedHead {
    /// Writes the head.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - connection: What the client is told of its connection; nil says nothing, which means that it stays.
    ///   - buffer: Has room for the head and a little more.
    static func write(_ head: ResponseHead, _ bytes: Span<UInt8>, connection: StaticString?, to buffer: Buffer) {
        buffer.append("HTTP/1.1")
        var runStart = 8
        for field in head.fields where !passes(field, head, bytes) {
            buffer.append(bytes.extracting(runStart..<field.line.lowerBound))
            runStart = field.line.upperBound
        }
        buffer.append(bytes.extracting(runStart..<(head.fields.last?.line ?? head.statusLine).upperBound))
        if let connection {
            buffer.append("Connection: ")
            buffer.append(connection)
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
    }

    private static func passes(_ field: FieldLine, _ head: ResponseHead, _ bytes: Span<UInt8>) -> Bool {
        switch field.name {
        case .connection, .hopByHop, .disguised: false
        // An HTTP/1.0 upstream has no transfer codings; one that names one is refused before.
        case .contentLength, .transferEncoding: true
        default: !head.options.names(bytes.extracting(field.nameBytes))
        }
    }
}
