/// Every bound of a spool.
public struct SpoolLimits: Equatable, Sendable {
    /// A segment that would grow beyond this is closed; a group larger than this has a segment of its own.
    public var segmentBytes = 4 << 20
    /// A segment that is older is closed, so that the other process can remove it.
    public var segmentMilliseconds: Int64 = 60_000
    /// All segments together; what comes after is dropped and counted.
    public var folderBytes = 256 << 20
    /// What waits for the disk; what comes after is dropped and counted.
    public var queueBytes = 2 << 20
    /// One record; a longer one is dropped and counted.
    public var recordBytes = 64 << 10
    /// How long records are gathered for one sync, so that they are durable within 50 ms on a disk that needs 30 for it.
    public var gatherMilliseconds: Int64 = 20
    /// How long after a failure of the disk the same group is tried again.
    public var retryMilliseconds: Int64 = 1_000

    public init() {}
}
