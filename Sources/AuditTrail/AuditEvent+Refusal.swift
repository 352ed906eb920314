/// What a refused request said of itself, escaped.
public struct RefusedRequest: Sendable {
    public let method: String
    /// As it was asked for.
    public let endpoint: String
    /// In the normal form that rules see, whatever the spelling.
    public let path: String
    public let userAgent: String?

    /// Takes what the client sent.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The path; a query is cut off.
    ///   - path: Its normal form; the target itself when there is none.
    ///   - userAgent: The `User-Agent` field's value; empty when there is none.
    public init(method: Span<UInt8>, target: Span<UInt8>, path: Span<UInt8>? = nil, userAgent: Span<UInt8>) {
        self.method = EscapedText.escape(method, limit: EscapedText.Limits.method)
        var pathCount = 0
        while pathCount < target.count, target[pathCount] != UInt8(ascii: "?"), target[pathCount] != UInt8(ascii: "#") {
            pathCount += 1
        }
        endpoint = EscapedText.escape(target.extracting(first: pathCount), limit: EscapedText.Limits.endpoint)
        if let path {
            self.path = EscapedText.escape(path, limit: EscapedText.Limits.endpoint)
        } else {
            self.path = endpoint
        }
        self.userAgent =
            userAgent.isEmpty ? nil : EscapedText.escape(userAgent, limit: EscapedText.Limits.userAgent)
    }
}

extension AuditEvent {
    /// A request that was refused because its client asked too often.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - client: The client's address.
    ///   - id: The event's id; whoever keeps the event gives it one, if not here.
    ///   - milliseconds: When, since 1970-01-01T00:00:00Z.
    /// - Returns: The event, whose target is the endpoint.
    public static func rateLimited(
        _ request: RefusedRequest, client: String, id: ULID = ULID(bits: 0), at milliseconds: Int64
    ) -> AuditEvent {
        var event = AuditEvent(id: id, type: .rateLimited, at: milliseconds)
        event.add(request, client: client)
        event.targetType = "endpoint"
        event.target = request.path
        return event
    }

    /// A webhook that was refused because of where it came from.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - provider: The provider in whose name it came.
    ///   - client: The client's address.
    ///   - id: The event's id.
    ///   - milliseconds: When, since 1970-01-01T00:00:00Z.
    /// - Returns: The event, whose target is the provider.
    public static func webhookRejected(
        _ request: RefusedRequest, provider: String, client: String, id: ULID = ULID(bits: 0), at milliseconds: Int64
    ) -> AuditEvent {
        var event = AuditEvent(id: id, type: .webhookRejected, at: milliseconds)
        event.add(request, client: client)
        event.targetType = "provider"
        event.target = provider
        event.details["reason"] = "IP address not in allowlist"
        return event
    }

    private mutating func add(_ request: RefusedRequest, client: String) {
        self.client = client
        method = request.method
        endpoint = request.endpoint
        userAgent = request.userAgent
    }
}
