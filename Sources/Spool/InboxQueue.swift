internal import Reactor

/// The messages that wait for the disk, and the account of all others.
struct InboxQueue: Sendable {
    struct Item: Sendable {
        let content: ByteQueue
        /// Hears what became of it, on the writer's thread: nil when it is on the disk.
        let report: @Sendable (InboxObstacle?) -> Void
    }

    private let limits: InboxLimits
    private var waiting: [Item] = []
    /// Of all that was taken and not reported yet.
    private var bytes = 0
    private(set) var counts = InboxCounts()
    /// The writer ends when nothing waits any more.
    var isStopping = false

    init(limits: InboxLimits) {
        self.limits = limits
    }

    /// Takes a message.
    ///
    /// - Returns: Whether there was room.
    mutating func append(_ item: Item) -> Bool {
        guard !isStopping, bytes + item.content.count <= limits.queueBytes else {
            counts.refusedByQueue += 1
            return false
        }
        bytes += item.content.count
        waiting.append(item)
        return true
    }

    /// Hands over what waits.
    mutating func takeAll() -> [Item] {
        defer { waiting = [] }
        return waiting
    }

    /// Notes what became of messages that were taken together; what became of the last tells of the next.
    mutating func finished(_ items: [Item], _ outcomes: [InboxObstacle?]) {
        for (item, outcome) in zip(items, outcomes) {
            bytes -= item.content.count
            switch outcome {
            case nil: counts.kept += 1
            case .files: counts.refusedByFiles += 1
            case .bytes: counts.refusedByBytes += 1
            case .disk: counts.refusedByFailure += 1
            }
            counts.obstacle = outcome
        }
    }

    /// Notes what the folder is like.
    mutating func found(_ shelf: borrowing InboxShelf, obstacle: InboxObstacle?) {
        (counts.waitingFiles, counts.waitingBytes) = (shelf.files, shelf.bytes)
        counts.obstacle = obstacle
    }
}
