internal import CReactor
internal import Glibc

/// The signals that a service is told to stop with, as a descriptor to poll.
///
/// Make it before any other thread starts: threads inherit that the signals are blocked.
public struct StopSignals: ~Copyable {
    /// A signal that came.
    public enum Signal: Sendable { case terminate, interrupt, hangUp }

    public let descriptor: Int32

    public init() throws(SystemError) {
        descriptor = try SystemError.check(creactor_signalfd())
    }

    deinit {
        close(descriptor)
    }

    /// The next signal that waits, if any.
    public borrowing func next() -> Signal? {
        switch creactor_read_signal(descriptor) {
        case SIGTERM: .terminate
        case SIGINT: .interrupt
        case SIGHUP: .hangUp
        default: nil
        }
    }
}
