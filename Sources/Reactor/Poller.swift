internal import CReactor
internal import Glibc

/// Waits for readiness of many descriptors (epoll(7)).
///
/// Connections are registered once, edge-triggered in both directions, and never re-armed: that saves a system call
/// for each change of mind, and asks of their owner to remember what it was told.
@safe
public struct Poller: ~Copyable {
    /// One descriptor's news.
    public struct Event: Sendable {
        public let token: UInt64
        public let isReadable: Bool
        public let isWritable: Bool
        /// The peer sends no more, or the connection broke: reading will say which.
        public let isHungUp: Bool
    }

    private let descriptor: Int32
    private static let capacity = 256
    // Allocated in init, freed in deinit, filled by the kernel up to the count it returns.
    private let events: UnsafeMutablePointer<epoll_event>

    public init() throws(SystemError) {
        descriptor = try SystemError.check(creactor_epoll_create())
        unsafe events = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe events.deallocate()
        close(descriptor)
    }

    /// Registers a connection for both directions, edge-triggered.
    public borrowing func add(_ other: Int32, token: UInt64) throws(SystemError) {
        _ = try SystemError.check(creactor_epoll_add(descriptor, other, token))
    }

    /// Registers a connection for reading, edge-triggered.
    ///
    /// A Unix socket is told to be writable whenever its peer has read, which nobody asks while nothing waits to be sent.
    public borrowing func addReading(_ other: Int32, token: UInt64) throws(SystemError) {
        _ = try SystemError.check(creactor_epoll_add_reading(descriptor, other, token))
    }

    /// Asks for news of a connection's being writable too, from now on.
    public borrowing func watchWriting(_ other: Int32, token: UInt64) {
        // It is registered, so the kernel has nothing to refuse.
        _ = creactor_epoll_watch_writing(descriptor, other, token)
    }

    /// Registers a listener, a waker or the like, level-triggered.
    public borrowing func addLevelTriggered(_ other: Int32, token: UInt64) throws(SystemError) {
        _ = try SystemError.check(creactor_epoll_add_level(descriptor, other, token))
    }

    public borrowing func remove(_ other: Int32) {
        _ = creactor_epoll_remove(descriptor, other)
    }

    /// Waits for news.
    ///
    /// - Parameter milliseconds: How long at most; nil is for ever.
    /// - Returns: How many events can be read now; zero when the time is over or a signal came.
    public borrowing func wait(milliseconds: Int32?) -> Int {
        // The kernel fills at most `capacity` events.
        let count = unsafe creactor_epoll_wait(descriptor, events, Int32(Self.capacity), milliseconds ?? -1)
        return max(0, Int(count))
    }

    /// The event at an index below what the last wait returned.
    public borrowing func event(_ index: Int) -> Event {
        precondition(index < Self.capacity, "there are fewer events than that")
        // Within the allocation, and filled by the last wait.
        let flags = unsafe creactor_event_flags(events + index)
        return Event(
            token: unsafe creactor_event_token(events + index),
            isReadable: flags & EPOLLIN.rawValue != 0,
            isWritable: flags & EPOLLOUT.rawValue != 0,
            isHungUp: flags & (EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue) != 0
        )
    }
}
