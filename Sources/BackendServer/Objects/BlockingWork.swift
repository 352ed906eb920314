import NIOPosix

/// Threads that wait for disks.
///
/// Many more than cores, because they wait: two long copies must not stop every other upload, as they would in the
/// pool that is shared with the rest of the process.
private let diskThreads: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: 16)
    pool.start()
    return pool
}()

/// Runs what blocks on a disk where it may.
func onDisk<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await diskThreads.runIfActive(work)
}
