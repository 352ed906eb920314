/// What the backend can switch off at the gateway; all is on unless it says so.
public struct PolicySwitches: Hashable, Sendable {
    /// Whether requests are limited at all.
    public var limitsRates: Bool
    /// Whether the storage routes are open: the setting `s3_endpoint_enabled`.
    public var servesStorage: Bool
    /// Whether webhooks are kept while the backend is away.
    public var keepsWebhooks: Bool

    public init(limitsRates: Bool = true, servesStorage: Bool = true, keepsWebhooks: Bool = true) {
        self.limitsRates = limitsRates
        self.servesStorage = servesStorage
        self.keepsWebhooks = keepsWebhooks
    }
}

extension PolicySwitches: Codable {
    private enum CodingKeys: String, CodingKey {
        case limitsRates = "rate_limits"
        case servesStorage = "storage"
        case keepsWebhooks = "webhook_inbox"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        limitsRates = try fields.decodeIfPresent(Bool.self, forKey: .limitsRates) ?? true
        servesStorage = try fields.decodeIfPresent(Bool.self, forKey: .servesStorage) ?? true
        keepsWebhooks = try fields.decodeIfPresent(Bool.self, forKey: .keepsWebhooks) ?? true
    }
}
