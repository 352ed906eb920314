public import Jobs

/// Who asks, and what they may do: the account's permissions, less what the key they showed was not made for.
public struct Caller: Equatable, Sendable {
    public let userID: Int64
    public let username: String
    public let permissions: PermissionSet
    /// Their ranks, for the rules that are made for one.
    public let levels: [Level]
    /// Whether they showed a key that was made for less than its owner may.
    public let isNarrowed: Bool
    /// When the key that they showed is over; nil for one without an end, and for another credential.
    public let keyEnd: Timestamp?

    public init(
        userID: Int64, username: String, permissions: PermissionSet, levels: [Level] = [], isNarrowed: Bool = false,
        keyEnd: Timestamp? = nil
    ) {
        self.userID = userID
        self.username = username
        self.permissions = permissions
        self.levels = levels
        self.isNarrowed = isNarrowed
        self.keyEnd = keyEnd
    }

    /// Somebody who has an account.
    ///
    /// - Parameters:
    ///   - account: Theirs.
    ///   - scope: What the key they showed was made for; nil for one that was made for all that its owner may.
    ///   - keyEnd: When that key is over.
    public init(_ account: Account, scope: PermissionSet? = nil, until keyEnd: Timestamp? = nil) {
        self.init(
            userID: account.id, username: account.username,
            permissions: scope.map(account.permissions.intersection) ?? account.permissions,
            levels: account.standing, isNarrowed: scope != nil, keyEnd: keyEnd)
    }

    /// The built-in administrator of an installation that has no accounts.
    public static let localAdmin = Caller(userID: 1, username: "local", permissions: .everything)

    public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// Whether they may do something to what belongs to somebody.
    ///
    /// - Parameters:
    ///   - own: The permission for what is their own.
    ///   - all: The permission for everybody's.
    ///   - owner: Whose it is; nil when it is nobody's.
    /// - Returns: Whether they may.
    public func may(_ own: Permission, orAll all: Permission, of owner: Int64?) -> Bool {
        may(all) || (may(own) && owner == userID)
    }

    /// Whether an approval that somebody of a level has to give is theirs to give.
    ///
    /// - Parameter priority: Of that level; nil for one that does not exist, whose approvals only an administrator gives.
    /// - Returns: Whether they may.
    public func isOfRank(_ priority: Int?) -> Bool {
        if permissions == .everything { return true }
        guard let priority else { return false }
        return levels.contains { $0.priority >= priority }
    }
}
