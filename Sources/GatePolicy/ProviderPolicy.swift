/// What the backend tells the gateway of one provider.
public struct ProviderPolicy: Hashable, Sendable, Codable {
    /// Where its webhooks may come from: networks or single addresses.
    ///
    /// Nil and empty are anywhere.
    public var webhookAllowedIPs: [String]?
    /// The limit of its webhooks in place of the rule's.
    public var webhookLimit: LimitOverride?

    public init(webhookAllowedIPs: [String]? = nil, webhookLimit: LimitOverride? = nil) {
        self.webhookAllowedIPs = webhookAllowedIPs
        self.webhookLimit = webhookLimit
    }

    private enum CodingKeys: String, CodingKey {
        case webhookAllowedIPs = "webhook_allowed_ips"
        case webhookLimit = "webhook_limit"
    }
}
