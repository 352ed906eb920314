public import NetworkAddress

/// What `GET /api/audit` asks for.
///
/// Entries are listed newest first. A filter that is nil lets everything through.
public struct AuditQuery: Equatable, Sendable {
    public var types: Set<AuditEventType>?
    /// The user's id.
    public var actor: String?
    public var targetType: String?
    public var target: String?
    /// Milliseconds since 1970-01-01T00:00:00Z; an event of that very time is in, here and below.
    public var since: Int64?
    public var until: Int64?
    public var network: CIDRBlock?
    public var limit = Limits.limitDefault
    public var offset = 0

    public enum Limits {
        public static let limitDefault = 50
        public static let limit = 1...500
        public static let offset = 0...1_000_000_000
    }

    public init() {}

    /// Whether an event passes the filters.
    public func matches(_ event: AuditEvent) -> Bool {
        isIn(types, event.type) && isEqual(actor, event.actor) && isEqual(targetType, event.targetType)
            && isEqual(target, event.target) && event.milliseconds >= since ?? .min
            && event.milliseconds <= until ?? .max && isInNetwork(event.client)
    }

    /// The filter by address as a range of ``AddressKey``, for an index.
    public var addressKeys: ClosedRange<AddressKey>? {
        network.map(AddressKey.range)
    }

    private func isIn(_ types: Set<AuditEventType>?, _ type: AuditEventType) -> Bool {
        types?.contains(type) ?? true
    }

    private func isEqual(_ wanted: String?, _ actual: String?) -> Bool {
        wanted == nil || wanted == actual
    }

    private func isInNetwork(_ client: String?) -> Bool {
        guard let network else { return true }
        guard let client, let address = IPAddress(client) else { return false }
        return network.contains(address)
    }
}
