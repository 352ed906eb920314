internal import Reactor

/// The records that wait for the disk, and the account of all others.
struct SpoolQueue: Sendable {
    /// Lines that go to the disk together.
    struct Group: Sendable {
        var bytes: [UInt8] = []
        var count = 0
        /// When the first of them came.
        var startedAt: Int64 = 0

        /// Keeps the memory, which the next group needs again.
        mutating func removeAll() {
            bytes.removeAll(keepingCapacity: true)
            count = 0
        }
    }

    private let limits: SpoolLimits
    private var waiting = Group()
    private(set) var counts = SpoolCounts()
    /// The writer ends when nothing waits any more.
    var isStopping = false

    init(limits: SpoolLimits) {
        self.limits = limits
    }

    enum Admission {
        /// The writer sleeps, and must be woken.
        case takenFirst
        case taken
        case dropped
    }

    /// Takes a record.
    ///
    /// - Parameters:
    ///   - record: One line, without its end.
    ///   - clock: Tells the time, for the first of a group only.
    /// - Returns: What became of it.
    mutating func append(_ record: Span<UInt8>, clock: () -> Int64) -> Admission {
        guard record.count <= limits.recordBytes else {
            counts.droppedByLength += 1
            return .dropped
        }
        guard !isStopping, waiting.bytes.count + record.count < limits.queueBytes else {
            counts.droppedByQueue += 1
            return .dropped
        }
        counts.accepted += 1
        let isFirst = waiting.count == 0
        if isFirst { waiting.startedAt = clock() }
        for index in record.indices { waiting.bytes.append(record[index]) }
        waiting.bytes.append(UInt8(ascii: "\n"))
        waiting.count += 1
        return isFirst ? .takenFirst : .taken
    }

    var room: Int { max(0, limits.queueBytes - waiting.bytes.count) }

    /// When what waits must go to the disk; nil when nothing waits.
    var dueTime: Int64? {
        guard waiting.count > 0 else { return nil }
        return isStopping ? waiting.startedAt : waiting.startedAt + limits.gatherMilliseconds
    }

    /// Hands over what waits, in exchange for an empty group.
    mutating func take(into group: inout Group) {
        swap(&waiting, &group)
    }

    mutating func synced(_ group: Group, at milliseconds: Int64) {
        counts.synced += group.count
        counts.syncedBytes += group.bytes.count
        counts.groups += 1
        counts.failure = nil
        counts.longestDelayMilliseconds = max(counts.longestDelayMilliseconds, milliseconds - group.startedAt)
    }

    mutating func foundFolderFull(_ group: Group) {
        counts.droppedByFolder += group.count
    }

    mutating func failed(_ error: SystemError) {
        counts.failures += 1
        counts.failure = error
    }

    mutating func gaveUp(_ group: Group) {
        counts.droppedByFailure += group.count
    }
}
