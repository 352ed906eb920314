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

/// A request to send.
public struct OutboundCall: Equatable, Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST" }

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
    public let headers: [Header]
    public let body: [UInt8]?

    public init(method: Method, url: String, headers: [Header], body: [UInt8]?) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

public struct OutboundAnswer: Equatable, Sendable {
    public let status: Int
    public let body: [UInt8]

    public init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
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

    /// A few words that name no secret and no address.
    public var reason: String {
        switch self {
        case .notSent(let reason), .unclear(let reason): reason
        }
    }
}
