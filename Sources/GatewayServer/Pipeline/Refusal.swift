import HTTP1
import Reactor

/// Every answer that the gateway gives in its own name, in one place: status, JSON body, headers.
struct Refusal {
    let status: Int
    let detail: String
    var retryAfterSeconds: Int?
    /// A location to go to instead.
    var location: [UInt8] = []

    init(status: Int, detail: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }

    init(_ error: HeadError) {
        self.init(status: error.status, detail: error.detail)
    }

    static let backendAway = Refusal(
        status: 503, detail: "The service is starting or restarting. Please try again in a moment.",
        retryAfterSeconds: 1
    )
    static let backendBusy = Refusal(
        status: 503, detail: "The service is busy. Please try again in a moment.", retryAfterSeconds: 1
    )
    static let badGateway = Refusal(
        status: 502, detail: "The service broke off before it answered. Please try again.", retryAfterSeconds: 1
    )
    static let timeout = Refusal(status: 504, detail: "The service did not answer in time.")
    static let slowRequest = Refusal(status: 408, detail: "The request did not arrive in time.")

    static func redirect(to location: [UInt8]) -> Refusal {
        var refusal = Refusal(status: 308, detail: "Please use https.")
        refusal.location = location
        return refusal
    }

    /// Writes the whole answer.
    ///
    /// - Parameters:
    ///   - buffer: Has room for one KiB and the location.
    ///   - isHead: Whether the body is left out.
    ///   - keepsAlive: Whether the client may send its next request on this connection.
    func write(to buffer: Buffer, isHead: Bool, keepsAlive: Bool) {
        // The details are our own sentences: nothing in them needs escaping.
        let body = "{\"detail\": \"\(detail)\"}"
        buffer.append("HTTP/1.1 \(status) \(Self.reason(status))\r\n")
        buffer.append(
            "Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n")
        buffer.append("Content-Length: \(body.utf8.count)\r\n")
        if let retryAfterSeconds { buffer.append("Retry-After: \(retryAfterSeconds)\r\n") }
        if !location.isEmpty {
            buffer.append("Location: ")
            buffer.append(location.span)
            buffer.append("\r\n")
        }
        buffer.append(keepsAlive ? "\r\n" : "Connection: close\r\n\r\n")
        if !isHead { buffer.append(body) }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Refused"
        }
    }
}
