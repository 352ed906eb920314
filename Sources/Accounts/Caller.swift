/// Who asks, and what they may do: the account's permissions, less what the key they showed was not made for.
public struct Caller: Equatable, Sendable {
    public let userID: Int64
    public let username: String
    public let permissions: PermissionSet

    public init(userID: Int64, username: String, permissions: PermissionSet) {
        self.userID = userID
        self.username = username
        self.permissions = permissions
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
}
