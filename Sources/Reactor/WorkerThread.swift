internal import Glibc

/// A thread of the operating system that runs one event loop.
public struct WorkerThread: ~Copyable {
    private let thread: pthread_t

    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread.
    ///
    /// - Parameter body: What it runs; the thread ends with it.
    /// - Throws: When the process may have no more threads.
    public init(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        var thread = pthread_t()
        // The box is handed to the new thread, which takes the reference that is retained here.
        let start = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start)
        guard result == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(start).release()
            throw SystemError(code: result)
        }
        self.thread = thread
    }

    /// Waits until the thread has ended.
    public consuming func join() {
        _ = pthread_join(thread, nil)
    }
}
