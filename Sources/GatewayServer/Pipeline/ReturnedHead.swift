import HTTP1
import Reactor

/// Writes the head that goes down: the backend's own bytes, less what was meant for our connection to it.
enum ReturnedHead {
    /// How the client's connection marks where a body ends.
    enum Coding {
        case chunks
        /// HTTP/1.0 has no transfer coding, and keeps no connection unless it is said.
        case none
        /// HTTP/2 has its own.
        case frames
        /// There is no body: the connection becomes a WebSocket.
        case upgrade
    }

    /// Writes the head.
    ///
    /// - Parameters:
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - coding: The client's.
    ///   - keepsAlive: Whether the client's connection stays open behind the answer.
    ///   - quota: Lines that say what is left of a limit; empty when none applies.
    ///   - buffer: Has room for the head and a little more.
    static func write(
        _ head: borrowing ResponseHead, _ bytes: Span<UInt8>, coding: Coding, keepsAlive: Bool, quota: Span<UInt8>,
        to buffer: Buffer
    ) {
        buffer.append("HTTP/1.1" as StaticString)
        var runStart = 8
        for field in head.fields where !passes(field, head, bytes, coding: coding, isLimited: !quota.isEmpty) {
            buffer.append(bytes.extracting(runStart..<field.line.lowerBound))
            runStart = field.line.upperBound
        }
        buffer.append(bytes.extracting(runStart..<(head.fields.last?.line ?? head.statusLine).upperBound))
        buffer.append(quota)
        if !keepsAlive {
            buffer.append("Connection: close\r\n" as StaticString)
        } else if coding == .none {
            buffer.append("Connection: keep-alive\r\n" as StaticString)
        } else if coding == .upgrade {
            buffer.append("Connection: Upgrade\r\nUpgrade: websocket\r\n" as StaticString)
        }
        buffer.append("\r\n" as StaticString)
    }

    /// Whether a field of the backend's goes down.
    ///
    /// Where the gateway limits, what the backend says of limits of its own would contradict it.
    static func passes(
        _ field: FieldLine, _ head: borrowing ResponseHead, _ bytes: Span<UInt8>, coding: Coding, isLimited: Bool
    ) -> Bool {
        switch field.name {
        case .rateLimit where isLimited: false
        case .connection, .upgrade, .te, .hopByHop, .accelBuffering, .verified, .disguised: false
        case .contentLength: !head.forbidsFraming
        case .transferEncoding: coding == .chunks && !head.forbidsFraming
        default: !head.options.names(bytes.extracting(field.nameBytes))
        }
    }
}
