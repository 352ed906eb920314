/// Every bound of an inbox.
public struct InboxLimits: Equatable, Sendable {
    /// Files that wait for the other process.
    public var files = 10_000
    /// All of them together.
    public var folderBytes = 256 << 20
    /// What waits for the disk, that which is being written included.
    public var queueBytes = 16 << 20
    /// How often the folder is looked at while files wait in it, or nothing can be put there.
    public var lookMilliseconds: Int64 = 1_000

    public init() {}
}
