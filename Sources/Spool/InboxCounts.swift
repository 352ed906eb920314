public import Reactor

/// Why a message is not put into an inbox.
public enum InboxObstacle: Error, Equatable, Sendable, CustomStringConvertible {
    /// As many files wait as may.
    case files
    /// They have as many bytes together as they may.
    case bytes
    /// The kernel refused.
    case disk(SystemError)

    public var description: String {
        switch self {
        case .files: "As many files wait as may"
        case .bytes: "The files that wait are as large as they may be"
        case .disk(let error): "\(error)"
        }
    }
}

/// What an inbox's writer did since it started, and what waits, for metrics and health.
public struct InboxCounts: Equatable, Sendable {
    /// Messages that are on the disk.
    public internal(set) var kept = 0
    /// Messages refused because too much waited for the disk.
    public internal(set) var refusedByQueue = 0
    /// Messages refused because too many files wait.
    public internal(set) var refusedByFiles = 0
    /// Messages refused because the files that wait are too large.
    public internal(set) var refusedByBytes = 0
    /// Messages that the disk did not take.
    public internal(set) var refusedByFailure = 0
    /// What waits in the folder, as it was a second ago at most while anything does.
    public internal(set) var waitingFiles = 0
    public internal(set) var waitingBytes = 0
    /// Why the next message will not be kept either; nil when it will.
    public internal(set) var obstacle: InboxObstacle?

    public init() {}

    public var refused: Int { refusedByQueue + refusedByFiles + refusedByBytes + refusedByFailure }
}
