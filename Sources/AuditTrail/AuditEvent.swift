/// One thing that happened and that somebody may have to account for.
///
/// Made by whoever saw it, kept in the spool by the gateway, and chained by the backend. Texts that come from a client
/// are escaped before they get here (``EscapedText``).
public struct AuditEvent: Hashable, Sendable {
    public var id: ULID
    /// When it happened, since 1970-01-01T00:00:00Z; the last time, when it stands for several.
    public var milliseconds: Int64
    public var type: AuditEventType
    /// The user's id; nil when nobody was logged in.
    public var actor: String?
    /// The user's name at that time.
    public var actorName: String?
    /// What kind of thing it was done to: `job`, `endpoint`, `provider`.
    public var targetType: String?
    /// Which one.
    public var target: String?
    /// The client's address in its canonical form.
    public var client: String?
    public var method: String?
    /// The path that was asked for, without its query, which may hold a secret.
    public var endpoint: String?
    public var userAgent: String?
    public var details: [String: String]
    /// How many equal events this one stands for, itself among them.
    public var count: Int

    /// Makes an event of which nothing but its kind is known.
    ///
    /// - Parameters:
    ///   - id: Its id.
    ///   - type: What happened.
    ///   - milliseconds: When, since 1970-01-01T00:00:00Z.
    public init(id: ULID, type: AuditEventType, at milliseconds: Int64) {
        self.id = id
        self.type = type
        self.milliseconds = milliseconds
        details = [:]
        count = 1
    }

    /// The event in words, as the API's `action` has it.
    public var action: String {
        if let action = details["action"] { return action }
        let times = count > 1 ? " (\(count) times)" : ""
        switch type {
        case .rateLimited: return "Rate limit exceeded for \(endpoint ?? "several endpoints")" + times
        case .webhookRejected: return "Webhook rejected for \(target ?? "several providers")" + times
        default: return type.name + times
        }
    }
}
