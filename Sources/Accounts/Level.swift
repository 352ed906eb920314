/// A named rank that gives its permissions to whoever holds it.
///
/// Four are built in, with SimpleTuner's names and numbers; others come from its database.
public struct Level: Hashable, Sendable {
    public let id: Int64
    public let name: String
    /// What it is for, in words.
    public let summary: String
    /// The higher, the more its holder decides; SimpleTuner's own numbers, 0 to 100.
    public let priority: Int
    /// As they are stored: names, `job.*` and `*`.
    public let permissionNames: [String]

    public init(id: Int64, name: String, summary: String, priority: Int, permissionNames: [String]) {
        self.id = id
        self.name = name
        self.summary = summary
        self.priority = priority
        self.permissionNames = permissionNames
    }

    public var permissions: PermissionSet { PermissionSet(named: permissionNames) }

    public var isBuiltIn: Bool { Self.builtIn.contains { $0.id == id } }

    public static let viewer = Level(
        id: 1, name: "viewer", summary: "Sees own jobs", priority: 0,
        permissionNames: ["job.view.own", "config.view"])

    public static let researcher = Level(
        id: 2, name: "researcher", summary: "Submits and manages own jobs", priority: 10,
        permissionNames: [
            "job.submit", "job.view.own", "job.cancel.own", "job.delete.own", "config.view", "config.create",
            "config.edit.own", "config.delete.own", "queue.view", "queue.cancel.own", "api.access", "api.keys.own",
        ])

    public static let lead = Level(
        id: 3, name: "lead", summary: "Sees all jobs, and decides who may run expensive ones", priority: 50,
        permissionNames: researcher.permissionNames + [
            "job.view.all", "job.priority.high", "queue.view.all", "queue.approve", "quota.view", "admin.approve",
            "admin.audit", "org.view", "team.*",
        ])

    public static let admin = Level(
        id: 4, name: "admin", summary: "Does everything", priority: 100, permissionNames: ["*"])

    public static let builtIn = [viewer, researcher, lead, admin]
}
