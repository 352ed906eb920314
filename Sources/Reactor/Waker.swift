internal import CReactor
internal import Glibc

/// Wakes another thread's poller (eventfd(2)).
///
/// May be called from any thread.
public final class Waker: Sendable {
    public let descriptor: Int32

    public init() throws(SystemError) {
        descriptor = try SystemError.check(creactor_eventfd())
    }

    deinit {
        close(descriptor)
    }

    public func wake() {
        var one: UInt64 = 1
        // Eight bytes are read from the local within the call. A full counter means that it is awake already.
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Takes the wake-ups, so that the poller sleeps again.
    public func clear() {
        var count: UInt64 = 0
        // Eight bytes are written to the local within the call.
        _ = unsafe read(descriptor, &count, 8)
    }
}
