public import Jobs

/// A key that a program shows instead of a password, as lists have it: never the key itself.
public struct APIKey: Equatable, Sendable {
    public let id: Int64
    public let userID: Int64
    public let name: String
    /// Its first letters.
    public let prefix: String
    public let createdAt: Timestamp
    public let lastUsedAt: Timestamp?
    public let expiresAt: Timestamp?
    public let isActive: Bool
    /// What it was made for, as names; nil for one that may all that its owner may.
    public let scopes: [String]?

    public init(
        id: Int64, userID: Int64, name: String, prefix: String, createdAt: Timestamp, lastUsedAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil, isActive: Bool = true, scopes: [String]? = nil
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.prefix = prefix
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.isActive = isActive
        self.scopes = scopes
    }

    public func isGood(at now: Timestamp) -> Bool { isActive && (expiresAt.map { now < $0 } ?? true) }
}
