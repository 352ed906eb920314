import AuditTrail
import GatePolicy
import HTTP1
import NetworkAddress
import RateLimit

/// What a worker tells the audit trail.
extension Worker {
    /// Tells of a refusal that somebody may have to account for.
    ///
    /// - Parameters:
    ///   - refusal: What the client is answered.
    ///   - stream: Its permit says which limit it met.
    ///   - bytes: The head's.
    ///   - identity: Who asked.
    func audit(_ refusal: Refusal, _ stream: ClientStream, _ bytes: Span<UInt8>, _ identity: ClientIdentity) {
        let (type, route): (AuditEventType, Int)
        switch refusal.kind {
        case .rateLimit: (type, route) = (.rateLimited, Int(stream.permit?.account.policy.id ?? 0))
        case .allowlist: (type, route) = (.webhookRejected, refusal.provider ?? 0)
        default: return
        }
        let client = identity.address.limitKey(v6PrefixLength: configuration.ipv6PrefixLength)
        let (key, time) = (EventCoalescer.Key(client: client, route: route), wallMilliseconds)
        let agent = requestHead.value(of: Self.userAgent, in: bytes) ?? 0..<0
        let traits = EventCoalescer.Traits(
            client: identity.toldAddress, endpoint: Self.hash(bytes.extracting(requestHead.target)),
            userAgent: Self.hash(bytes.extracting(agent)))
        guard !shared.audit.absorbs(type, key, traits, wallMilliseconds: time) else { return }
        let request = RefusedRequest(
            method: bytes.extracting(requestHead.method), target: bytes.extracting(requestHead.target),
            path: pathForm.path(of: bytes.extracting(requestHead.target)), userAgent: bytes.extracting(agent))
        let address = "\(identity.toldAddress)"
        let event: AuditEvent =
            if let provider = refusal.provider {
                .webhookRejected(
                    request, provider: configuration.policy.name(ofProvider: provider), client: address, at: time)
            } else {
                .rateLimited(request, client: address, at: time)
            }
        shared.audit.record(event, key, traits, now: now)
    }

    /// Up to a query, which may hold a secret and is not told.
    private static func hash(_ bytes: Span<UInt8>) -> Int {
        var hasher = Hasher()
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "?") { break }
            hasher.combine(bytes[index])
        }
        return hasher.finalize()
    }

    private static let userAgent = Array("user-agent".utf8)
}
