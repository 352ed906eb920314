/// A set of permissions, read from and written as names, `job.*` and `*`.
public struct PermissionSet: Equatable, Sendable {
    public private(set) var members: Set<Permission>

    public init(_ members: some Sequence<Permission> = []) {
        self.members = Set(members)
    }

    public static let everything = PermissionSet(Permission.allCases)

    /// All that a name stands for: itself, or with `*` at its end all that begin so; nothing when it is unknown.
    public init(named name: String) {
        let isPrefix = name == "*" || name.hasSuffix(".*")
        let prefix = name.dropLast()
        self.init(Permission.allCases.filter { isPrefix ? $0.rawValue.hasPrefix(prefix) : $0.rawValue == name })
    }

    public var isEmpty: Bool { members.isEmpty }

    public func contains(_ permission: Permission) -> Bool { members.contains(permission) }

    /// As clients read it: sorted, and one `*` for everything.
    public var names: [String] {
        self == .everything ? ["*"] : members.map(\.rawValue).sorted()
    }
}
