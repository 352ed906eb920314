public import Reactor
internal import Synchronization

/// Takes messages from any thread and puts each into a file of its own, durably, on a thread of its own.
///
/// ``keep(_:report:)`` never waits for the disk; what became of a message is reported when it is known. Messages that came
/// while others were being written go to the disk together.
///
/// It lives until ``stop()``, whatever becomes of the references to it.
public final class InboxWriter: Sendable {
    private let folder: Folder
    private let limits: InboxLimits
    private let queue: Mutex<InboxQueue>
    private let thread: WriterThread

    /// Starts the writer; a folder that cannot be written to is an obstacle in ``counts``, and no failure.
    ///
    /// - Parameters:
    ///   - path: The folder of the files; made when there is a first one, in a folder that is there.
    ///   - limits: The bounds.
    /// - Throws: Why no thread can be started.
    public init(folder path: String, limits: InboxLimits = InboxLimits()) throws(SystemError) {
        folder = Folder(path: path)
        self.limits = limits
        queue = Mutex(InboxQueue(limits: limits))
        thread = try WriterThread()
        try thread.start { [self] poller in run(poller) }
    }

    /// Takes one message.
    ///
    /// - Parameters:
    ///   - content: All that is to be in its file.
    ///   - report: Hears on another thread what became of it: nil when it is on the disk under its name.
    /// - Returns: Whether it was taken; one that was not is counted, and not reported.
    public func keep(_ content: ByteQueue, report: @escaping @Sendable (InboxObstacle?) -> Void) -> Bool {
        guard queue.withLock({ $0.append(InboxQueue.Item(content: content, report: report)) }) else { return false }
        thread.wake()
        return true
    }

    public var counts: InboxCounts { queue.withLock { $0.counts } }

    /// Writes what waits, and ends the thread; returns when both are done.
    ///
    /// What comes later is refused. May be called again.
    public func stop() {
        queue.withLock { $0.isStopping = true }
        thread.wake()
        thread.join()
    }

    /// The thread's life.
    private func run(_ poller: borrowing Poller) {
        var shelf = InboxShelf(folder: folder, limits: limits, mark: .random(in: .min ... .max))
        // What cannot be removed now is in nobody's way: readers pass it over.
        try? shelf.removeLeftovers()
        while true {
            let now = MonotonicClock.milliseconds()
            if isTimeToLook(shelf, now) { look(at: &shelf, now) }
            let (items, isStopping) = queue.withLock { ($0.takeAll(), $0.isStopping) }
            if !items.isEmpty {
                write(items, to: &shelf, now)
            } else if isStopping {
                return
            } else {
                thread.sleep(poller, milliseconds: isWatched ? Int32(limits.lookMilliseconds) : nil)
            }
        }
    }

    /// Whether the folder may change without this process's doing, or has to.
    private var isWatched: Bool {
        let counts = counts
        return counts.waitingFiles > 0 || counts.obstacle != nil
    }

    private func isTimeToLook(_ shelf: borrowing InboxShelf, _ now: Int64) -> Bool {
        guard let last = shelf.lookedAt else { return true }
        return isWatched && now - last >= limits.lookMilliseconds
    }

    private func look(at shelf: inout InboxShelf, _ now: Int64) {
        var obstacle: InboxObstacle?
        do throws(InboxObstacle) {
            try shelf.look(at: now)
            obstacle = shelf.obstacle(for: 1)
            if case .disk = counts.obstacle { try Self.probe(shelf) }
        } catch {
            obstacle = error
        }
        queue.withLock { $0.found(shelf, obstacle: obstacle) }
    }

    private static func probe(_ shelf: borrowing InboxShelf) throws(InboxObstacle) {
        do throws(SystemError) { try shelf.probe() } catch { throw .disk(error) }
    }

    private func write(_ items: [InboxQueue.Item], to shelf: inout InboxShelf, _ now: Int64) {
        let outcomes = shelf.put(items.map(\.content), at: now, wallMilliseconds: WallClock.milliseconds())
        queue.withLock { queue in
            queue.finished(items, outcomes)
            queue.found(shelf, obstacle: queue.counts.obstacle)
        }
        for (item, outcome) in zip(items, outcomes) { item.report(outcome) }
    }
}
