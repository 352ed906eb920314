import Reactor

/// What the sender of a webhook is told that is kept: any 2xx stops it from sending again, and this one promises no more
/// than is so.
enum KeptAnswer {
    static let status = 202
    private static let body: StaticString = "{\"status\":\"accepted\"}"

    static func write(to buffer: Buffer, keepsAlive: Bool, quota: Span<UInt8>) {
        buffer.append("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n")
        buffer.append(SecurityHeaders.lines)
        buffer.append(quota)
        buffer.append("Content-Length: ")
        buffer.append(decimal: body.utf8CodeUnitCount)
        buffer.append(keepsAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
        buffer.append(body)
    }
}
