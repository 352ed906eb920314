public import Reactor
internal import Synchronization

/// Takes records from any thread and makes them durable on a thread of its own.
///
/// ``append(_:)`` copies a record and returns; it never waits for the disk. Records that came within 20 ms go to the disk
/// together. What finds no room is dropped and counted, never waited for: neither a flood nor a full disk stops traffic.
///
/// It lives until ``stop()``, whatever becomes of the references to it.
public final class SpoolWriter: Sendable {
    private let folder: Folder
    private let limits: SpoolLimits
    private let queue: Mutex<SpoolQueue>
    private let thread: WriterThread

    /// Starts the writer.
    ///
    /// - Parameters:
    ///   - path: The folder of the segments; made when it is missing, in a folder that is there.
    ///   - limits: The bounds.
    /// - Throws: Why nothing can be written there, or no thread be started.
    public init(folder path: String, limits: SpoolLimits = SpoolLimits()) throws(SystemError) {
        folder = Folder(path: path)
        self.limits = limits
        queue = Mutex(SpoolQueue(limits: limits))
        try folder.make()
        thread = try WriterThread()
        try thread.start { [self] poller in run(poller) }
    }

    /// Takes one record.
    ///
    /// - Parameter record: One line, without its end.
    /// - Returns: Whether it was taken; one that was not is counted.
    @discardableResult
    public func append(_ record: Span<UInt8>) -> Bool {
        precondition(Self.isOneLine(record), "a record is one line")
        switch queue.withLock({ $0.append(record, clock: MonotonicClock.milliseconds) }) {
        case .takenFirst: thread.wake()
        case .taken: break
        case .dropped: return false
        }
        return true
    }

    private static func isOneLine(_ record: Span<UInt8>) -> Bool {
        for index in record.indices where record[index] == UInt8(ascii: "\n") { return false }
        return !record.isEmpty
    }

    /// How many bytes of records would be taken now.
    public var room: Int { queue.withLock { $0.room } }

    public var counts: SpoolCounts { queue.withLock { $0.counts } }

    /// Writes what waits, and ends the thread; returns when both are done.
    ///
    /// What comes later is dropped. May be called again.
    public func stop() {
        queue.withLock { $0.isStopping = true }
        thread.wake()
        thread.join()
    }

    /// The thread's life.
    private func run(_ poller: borrowing Poller) {
        var writer = SegmentWriter(folder: folder, limits: limits)
        var group = SpoolQueue.Group()
        while true {
            let now = MonotonicClock.milliseconds()
            writer.closeIfAged(at: now)
            let (due, isStopping) = queue.withLock { ($0.dueTime, $0.isStopping) }
            if let due, due <= now {
                queue.withLock { $0.take(into: &group) }
                write(group, with: &writer, poller)
                group.removeAll()
            } else if isStopping, due == nil {
                return
            } else {
                sleep(poller, until: [due, writer.closingTime].compactMap(\.self).min(), now)
            }
        }
    }

    private func sleep(_ poller: borrowing Poller, until end: Int64?, _ now: Int64) {
        thread.sleep(poller, milliseconds: end.map { Int32(clamping: max(0, $0 - now)) })
    }

    /// Writes a group, again and again until the disk takes it or the process ends.
    private func write(_ group: SpoolQueue.Group, with writer: inout SegmentWriter, _ poller: borrowing Poller) {
        var isLastTry = false
        while true {
            do {
                let outcome = try writer.write(
                    group.bytes, at: MonotonicClock.milliseconds(), wallMilliseconds: WallClock.milliseconds())
                note(outcome, group)
                return
            } catch {
                queue.withLock { $0.failed(error) }
            }
            guard !isLastTry else {
                queue.withLock { $0.gaveUp(group) }
                return
            }
            isLastTry = isStopped(within: limits.retryMilliseconds, poller)
        }
    }

    private func note(_ outcome: SegmentWriter.Outcome, _ group: SpoolQueue.Group) {
        let now = MonotonicClock.milliseconds()
        queue.withLock { queue in
            switch outcome {
            case .synced: queue.synced(group, at: now)
            case .folderFull: queue.foundFolderFull(group)
            }
        }
    }

    /// Waits, unless the writer is told to stop; records that come meanwhile wake the thread too.
    private func isStopped(within milliseconds: Int64, _ poller: borrowing Poller) -> Bool {
        let end = MonotonicClock.milliseconds() + milliseconds
        while !queue.withLock({ $0.isStopping }) {
            let now = MonotonicClock.milliseconds()
            guard now < end else { return false }
            sleep(poller, until: end, now)
        }
        return true
    }
}
