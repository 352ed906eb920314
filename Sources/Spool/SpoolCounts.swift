public import Reactor

/// What a spool's writer did since it started, for metrics and health.
public struct SpoolCounts: Equatable, Sendable {
    /// Records that were taken.
    public internal(set) var accepted = 0
    /// Records that are on the disk.
    public internal(set) var synced = 0
    public internal(set) var syncedBytes = 0
    /// Syncs that succeeded, one for each group.
    public internal(set) var groups = 0
    /// Records dropped because too much waited for the disk.
    public internal(set) var droppedByQueue = 0
    /// Records dropped because the folder has as many bytes as it may.
    public internal(set) var droppedByFolder = 0
    /// Records dropped because they were too long.
    public internal(set) var droppedByLength = 0
    /// Records given up because the disk failed until the process ended.
    public internal(set) var droppedByFailure = 0
    /// Attempts to write a group that failed.
    public internal(set) var failures = 0
    /// Why the last attempt failed; nil when it succeeded.
    public internal(set) var failure: SystemError?
    /// The longest time from a record to its sync.
    public internal(set) var longestDelayMilliseconds: Int64 = 0

    public init() {}

    public var dropped: Int { droppedByQueue + droppedByFolder + droppedByLength + droppedByFailure }
}
