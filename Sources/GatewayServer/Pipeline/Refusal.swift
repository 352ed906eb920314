import HTTP1
import Reactor

/// Every answer that the gateway gives in its own name, in one place: status, JSON body, headers.
struct Refusal {
    let status: Int
    /// What it is counted as.
    let kind: WorkerCounters.RefusalKind
    let detail: String
    var retryAfterSeconds: Int?
    /// Whether the body is S3's XML, whose code is `SlowDown`.
    var isSlowDown = false
    /// Whose allowlist it is about, as a number in the policy.
    var provider: Int?
    /// A location to go to instead.
    var location: [UInt8] = []

    init(status: Int, _ kind: WorkerCounters.RefusalKind, detail: String, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.kind = kind
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }

    init(_ error: HeadError) {
        let kind: WorkerCounters.RefusalKind =
            switch error.status {
            case 400: .malformed
            case 414, 431: .headTooLarge
            default: .unsupported
            }
        self.init(status: error.status, kind, detail: error.detail)
    }

    /// Whether the client's next request may follow on the same connection: the fault was not in this one's form.
    var keepsConnection: Bool {
        (status >= 500 && kind != .unsupported) || kind == .rateLimit || kind == .allowlist
    }

    static func backendAway(retryAfterSeconds: Int) -> Refusal {
        Refusal(
            status: 503, .backendAway, detail: "The service is starting or restarting. Please try again in a moment.",
            retryAfterSeconds: retryAfterSeconds)
    }
    static let backendBusy = Refusal(
        status: 503, .backendBusy, detail: "The service is busy. Please try again in a moment.", retryAfterSeconds: 1
    )
    static let badGateway = Refusal(
        status: 502, .badGateway, detail: "The service broke off before it answered. Please try again.",
        retryAfterSeconds: 1
    )
    static let timeout = Refusal(status: 504, .backendTimeout, detail: "The service did not answer in time.")
    static let slowRequest = Refusal(status: 408, .slowRequest, detail: "The request did not arrive in time.")
    static let bodyTooLarge = Refusal(
        status: 413, .bodyTooLarge, detail: "The request's body is larger than this address takes.")
    static let headTooLarge = Refusal(
        status: 431, .headTooLarge, detail: "The request's headers are larger than this server takes.")
    static let misdirected = Refusal(
        status: 421, .rule, detail: "This connection was made for another host. Please make one for this host.")
    static let disguisedPath = Refusal(
        status: 400, .malformed, detail: "The path can be read in more than one way.")
    static let storageClosed = Refusal(
        status: 404, .rule, detail: "The storage endpoint is switched off (s3_endpoint_enabled).")
    /// SimpleTuner's words.
    static func addressNotAllowed(provider: Int) -> Refusal {
        var refusal = Refusal(status: 403, .allowlist, detail: "IP address not in allowlist")
        refusal.provider = provider
        return refusal
    }
    /// The operations guide's words.
    static func rateLimited(retryAfterSeconds: Int) -> Refusal {
        Refusal(
            status: 429, .rateLimit, detail: "Rate limit exceeded. Please try again later.",
            retryAfterSeconds: retryAfterSeconds)
    }
    /// The same to a client of S3: some give up at any other status.
    static func slowDown(retryAfterSeconds: Int) -> Refusal {
        var refusal = Refusal(
            status: 503, .rateLimit, detail: "Please reduce your request rate.", retryAfterSeconds: retryAfterSeconds)
        refusal.isSlowDown = true
        return refusal
    }
    static let unknownProtocol = Refusal(
        status: 501, .unsupported, detail: "The only protocol that this server tunnels is websocket.")

    static func redirect(to location: [UInt8]) -> Refusal {
        var refusal = Refusal(status: 308, .redirect, detail: "Please use https.")
        refusal.location = location
        return refusal
    }

    /// Writes the whole answer.
    ///
    /// - Parameters:
    ///   - buffer: Has room for one KiB and the location.
    ///   - isHead: Whether the body is left out.
    ///   - keepsAlive: Whether the client may send its next request on this connection.
    ///   - quota: Lines that say what is left of a limit; empty when none applies.
    func write(to buffer: Buffer, isHead: Bool, keepsAlive: Bool, quota: Span<UInt8>) {
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: status)
        buffer.append(Self.reason(status))
        buffer.append(isSlowDown ? "Content-Type: application/xml\r\n" : "Content-Type: application/json\r\n")
        buffer.append("Cache-Control: no-store\r\n")
        buffer.append(SecurityHeaders.lines)
        if let retryAfterSeconds {
            buffer.append("Retry-After: ")
            buffer.append(decimal: retryAfterSeconds)
            buffer.append("\r\n")
        }
        if !location.isEmpty {
            buffer.append("Location: ")
            buffer.append(location.span)
            buffer.append("\r\n")
        }
        buffer.append(quota)
        let (before, after): (StaticString, StaticString) =
            isSlowDown
            ? (
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>SlowDown</Code><Message>",
                "</Message></Error>"
            )
            : ("{\"detail\": \"", "\"}")
        buffer.append("Content-Length: ")
        buffer.append(decimal: before.utf8CodeUnitCount + detail.utf8.count + after.utf8CodeUnitCount)
        buffer.append(keepsAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
        guard !isHead else { return }
        buffer.append(before)
        // The details are our own sentences: nothing in them needs escaping.
        buffer.append(text: detail)
        buffer.append(after)
    }

    /// What follows the status, to the end of the line.
    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 308: " Permanent Redirect\r\n"
        case 400: " Bad Request\r\n"
        case 403: " Forbidden\r\n"
        case 404: " Not Found\r\n"
        case 405: " Method Not Allowed\r\n"
        case 408: " Request Timeout\r\n"
        case 413: " Content Too Large\r\n"
        case 414: " URI Too Long\r\n"
        case 417: " Expectation Failed\r\n"
        case 421: " Misdirected Request\r\n"
        case 429: " Too Many Requests\r\n"
        case 431: " Request Header Fields Too Large\r\n"
        case 501: " Not Implemented\r\n"
        case 502: " Bad Gateway\r\n"
        case 503: " Service Unavailable\r\n"
        case 504: " Gateway Timeout\r\n"
        case 505: " HTTP Version Not Supported\r\n"
        default: " Refused\r\n"
        }
    }
}
