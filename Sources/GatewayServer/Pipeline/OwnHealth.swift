import HTTP1
import Reactor

/// What the gateway answers itself, whether the backend is there or not: `/health`, and when it is about to stop the
/// readiness route, so that whoever spreads the load looks elsewhere.
struct OwnHealth {
    private static let health = Array("/health".utf8)
    private static let ready = Array("/api/cloud/health/ready".utf8)

    let status: Int
    private let body: StaticString

    /// Nil when the request is none of these: GET or HEAD of exactly such a path, with any query.
    init?(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, isStopping: Bool) {
        let isGet = head.method.count == 3 && bytes[head.method.lowerBound] == UInt8(ascii: "G")
        guard isGet || head.isHead else { return nil }
        let target = bytes.extracting(head.target)
        if Self.names(target, Self.health) {
            status = 200
            body = "{\"status\":\"healthy\",\"mode\":\"unified\"}"
        } else if isStopping, Self.names(target, Self.ready) {
            status = 503
            body = "{\"status\":\"stopping\",\"detail\":\"The service is about to stop.\"}"
        } else {
            return nil
        }
    }

    private static func names(_ target: Span<UInt8>, _ path: [UInt8]) -> Bool {
        guard target.count >= path.count else { return false }
        for index in path.indices where target[index] != path[index] { return false }
        return target.count == path.count || target[path.count] == UInt8(ascii: "?")
    }

    func write(to buffer: Buffer, isHead: Bool, keepsAlive: Bool, quota: Span<UInt8>) {
        buffer.append(status == 200 ? "HTTP/1.1 200 OK\r\n" as StaticString : "HTTP/1.1 503 Service Unavailable\r\n")
        buffer.append("Content-Type: application/json\r\nCache-Control: no-store\r\n" as StaticString)
        buffer.append(SecurityHeaders.lines)
        buffer.append(quota)
        buffer.append("Content-Length: " as StaticString)
        buffer.append(decimal: body.utf8CodeUnitCount)
        buffer.append(keepsAlive ? "\r\n\r\n" as StaticString : "\r\nConnection: close\r\n\r\n")
        if !isHead { buffer.append(body) }
    }
}
