import HTTP1
import Reactor

/// `/health`: answered by the gateway itself, whether the backend is there or not.
enum OwnHealth {
    private static let path = Array("/health".utf8)
    private static let body: StaticString = "{\"status\":\"healthy\",\"mode\":\"unified\"}"

    /// Whether a request is this one: GET or HEAD of exactly this path, with any query.
    static func matches(_ head: RequestHead, _ bytes: Span<UInt8>) -> Bool {
        guard head.target.count >= path.count else { return false }
        let target = bytes.extracting(head.target)
        for index in path.indices where target[index] != path[index] { return false }
        guard target.count == path.count || target[path.count] == UInt8(ascii: "?") else { return false }
        return head.isHead || (head.method.count == 3 && bytes[0] == UInt8(ascii: "G") && bytes[1] == UInt8(ascii: "E"))
    }

    static func write(to buffer: Buffer, isHead: Bool, keepsAlive: Bool) {
        buffer.append("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n")
        buffer.append("Content-Length: \(body.utf8CodeUnitCount)\r\n")
        buffer.append(keepsAlive ? "\r\n" : "Connection: close\r\n\r\n")
        if !isHead { buffer.append(body) }
    }
}
