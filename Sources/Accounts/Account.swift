public import Jobs

/// Somebody who may sign in.
public struct Account: Equatable, Sendable {
    public let id: Int64
    public var email: String
    public var username: String
    public var displayName: String
    /// Who knows the password: `local`, or the name of a service outside.
    public let authProvider: String
    public var isActive: Bool
    /// Whether they may everything, whatever their levels.
    public var isAdmin: Bool
    public let isEmailVerified: Bool
    public let createdAt: Timestamp
    public let lastLoginAt: Timestamp?
    public var levels: [Level]
    /// What was given to them besides their levels.
    public var granted: Set<Permission>
    /// What was taken from them, whatever their levels.
    public var denied: Set<Permission>

    public init(
        id: Int64, email: String, username: String, displayName: String, authProvider: String = "local",
        isActive: Bool = true, isAdmin: Bool = false, isEmailVerified: Bool = false, createdAt: Timestamp,
        lastLoginAt: Timestamp? = nil, levels: [Level] = [], granted: Set<Permission> = [],
        denied: Set<Permission> = []
    ) {
        self.id = id
        self.email = email
        self.username = username
        self.displayName = displayName
        self.authProvider = authProvider
        self.isActive = isActive
        self.isAdmin = isAdmin
        self.isEmailVerified = isEmailVerified
        self.createdAt = createdAt
        self.lastLoginAt = lastLoginAt
        self.levels = levels
        self.granted = granted
        self.denied = denied
    }

    /// What they may: what their levels and grants give, less what was denied; an administrator everything.
    public var permissions: PermissionSet {
        guard !isAdmin else { return .everything }
        return levels.reduce(PermissionSet(granted)) { $0.union($1.permissions) }.subtracting(PermissionSet(denied))
    }

    /// The levels as others see them: an administrator is of the highest, whether it was given or not.
    public var standing: [Level] { isAdmin && levels.isEmpty ? [.admin] : levels }
}
