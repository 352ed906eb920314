import Reactor
import Synchronization

/// The thread of a writer: it sleeps until somebody wakes it, or its time has come.
final class WriterThread: Sendable {
    private let waker: Waker
    /// The thread's own from its first moment on.
    private let poller: Mutex<Poller?>
    private let thread = Mutex<WorkerThread?>(nil)

    /// - Throws: When the process may have no more files.
    init() throws(SystemError) {
        waker = try Waker()
        let poller = try Poller()
        try poller.addLevelTriggered(waker.descriptor, token: 0)
        self.poller = Mutex(consume poller)
    }

    /// Begins the thread's life, once.
    ///
    /// - Parameter run: All of it; what it is given is for ``sleep(_:milliseconds:)``.
    /// - Throws: Why no thread can be started.
    func start(_ run: @escaping @Sendable (borrowing Poller) -> Void) throws(SystemError) {
        try thread.withLock { thread throws(SystemError) in
            thread = try WorkerThread { [self] in
                guard let poller = poller.withLock({ $0.take() }) else {
                    preconditionFailure("a writer has one thread")
                }
                run(poller)
            }
        }
    }

    func wake() { waker.wake() }

    /// Sleeps; to be called by the thread alone.
    ///
    /// - Parameters:
    ///   - poller: The thread's.
    ///   - milliseconds: How long at most; nil until it is woken.
    func sleep(_ poller: borrowing Poller, milliseconds: Int32?) {
        _ = poller.wait(milliseconds: milliseconds)
        waker.clear()
    }

    /// Returns when the thread's life is over; may be called again.
    func join() { thread.withLock { $0.take()?.join() } }
}
