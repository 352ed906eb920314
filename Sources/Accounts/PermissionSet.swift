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

    /// All that some names stand for.
    public init(named names: some Sequence<String>) {
        self.init(names.flatMap { PermissionSet(named: $0).members })
    }

    public var isEmpty: Bool { members.isEmpty }

    public func contains(_ permission: Permission) -> Bool { members.contains(permission) }

    public func contains(_ other: PermissionSet) -> Bool { members.isSuperset(of: other.members) }

    public func union(_ other: PermissionSet) -> PermissionSet { PermissionSet(members.union(other.members)) }

    public func intersection(_ other: PermissionSet) -> PermissionSet {
        PermissionSet(members.intersection(other.members))
    }

    public func subtracting(_ other: PermissionSet) -> PermissionSet {
        PermissionSet(members.subtracting(other.members))
    }

    /// As clients read it: sorted, and one `*` for everything.
    public var names: [String] {
        self == .everything ? ["*"] : members.map(\.rawValue).sorted()
    }
}
