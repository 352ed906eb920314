/// The way out to other people's servers: one request, one bounded answer, within a time.
///
/// A closure, so that what a client makes of answers can be tested without a network. `HTTPOutbound` makes the real one.
public struct Outbound: Sendable {
    public typealias Send =
        @Sendable (_ call: OutboundCall, _ limit: Duration) async throws(OutboundFailure) -> OutboundAnswer

    /// Sends a request and reads the whole answer; `limit` covers both.
    public let send: Send

    public init(send: @escaping Send) { self.send = send }
}

/// Makes ways out, as they are configured at that moment.
public struct OutboundFactory: Sendable {
    /// A way out by these settings; cheap, to be asked for anew for each few calls.
    public let outbound: @Sendable (OutboundSettings) -> Outbound

    public init(_ outbound: @escaping @Sendable (OutboundSettings) -> Outbound) { self.outbound = outbound }
}

/// A request to send.
public struct OutboundCall: Equatable, Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    public struct Header: Equatable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public let method: Method
    public let url: String
    /// May hold secrets: never to be logged.
    public var headers: [Header]
    public let body: [UInt8]?
    /// Whether doing it twice is the same as doing it once.
    ///
    /// So it is with the idempotent methods (RFC 9110, section 9.2.2), and with what the caller knows to be so.
    public let isRepeatable: Bool

    public init(method: Method, url: String, headers: [Header], body: [UInt8]?, isRepeatable: Bool? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.isRepeatable = isRepeatable ?? (method != .post)
    }

    /// The call with a name of ours and the id of what caused it, unless the caller gave its own.
    func identified(correlationID: String?) -> OutboundCall {
        var call = self
        call.addMissing("User-Agent", "SimpleTuner-Cloud/1.0")
        if let correlationID { call.addMissing("X-Correlation-ID", correlationID) }
        return call
    }

    private mutating func addMissing(_ name: String, _ value: String) {
        guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        headers.append(Header(name, value))
    }
}

public struct OutboundAnswer: Equatable, Sendable {
    public let status: Int
    public let body: [UInt8]
    /// `Retry-After`, as it came.
    public let retryAfter: String?

    public init(status: Int, body: [UInt8], retryAfter: String? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}

/// A request without a usable answer.
///
/// What matters is whether it may have had an effect.
public enum OutboundFailure: Error, Equatable, Sendable {
    /// Nothing was sent: the connection could not be made.
    case notSent(String)
    /// It may have arrived: the answer was late, cut short or too long.
    case unclear(String)
    /// Nothing was tried: too much failed there lately. The name is the circuit breaker's.
    case suspended(name: String)
    /// Nothing was tried: this side could not, which says nothing about the other.
    case withheld(String)

    /// A few words that name no secret and no address.
    public var reason: String {
        switch self {
        case .notSent(let reason), .unclear(let reason), .withheld(let reason): reason
        case .suspended(let name): "calls to \(name) are suspended after several failures"
        }
    }
}
