import Reactor
import Synchronization

/// All workers of a gateway and their threads.
final class Crew {
    private let shared: Worker.Shared
    private var wakers: [Waker] = []
    private let running: Running

    /// How many workers have not ended, and who is told when that changes.
    final class Running: Sendable {
        let count: Atomic<Int>
        let changed: Waker

        init(count: Int, changed: Waker) {
            self.count = Atomic(count)
            self.changed = changed
        }
    }

    /// Opens each worker's sockets and starts its thread.
    init(count: Int, shared: Worker.Shared, doors: Doors) throws(StartError) {
        self.shared = shared
        do {
            running = Running(count: count, changed: try Waker())
            for _ in 0..<count {
                let waker = try Waker()
                wakers.append(waker)
                try Self.start(shared, doors, waker, running)
            }
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError("Cannot start a worker: \(error). Raise the limits on open files and threads.")
        }
    }

    private static func start(_ shared: Worker.Shared, _ doors: Doors, _ waker: Waker, _ running: Running) throws {
        // Opened before the thread starts, so that an address that cannot be had is the caller's to report.
        let tls = try Doors.open(doors.tls, setting: "TUNERGATE_TLS_LISTEN")
        let local = try Doors.open(doors.local, setting: "TUNERGATE_LOCAL_LISTEN")
        let seed = UInt64.random(in: .min ... .max)
        let worker = try Worker(shared: shared, waker: waker, tlsListener: tls, localListener: local, seed: seed)
        let moved = WorkerBox(worker)
        _ = try WorkerThread {
            moved.worker.run()
            running.count.subtract(1, ordering: .releasing)
            running.changed.wake()
        }
    }

    /// Carries a worker to its thread.
    ///
    /// Nobody else touches it from then on.
    private struct WorkerBox: @unchecked Sendable {
        let worker: Worker

        init(_ worker: Worker) {
            self.worker = worker
        }
    }

    /// Readable when a worker has ended.
    var endedDescriptor: Int32 { running.changed.descriptor }
    var hasEnded: Bool { running.count.load(ordering: .acquiring) == 0 }

    /// Tells all workers to finish what they have and take nothing new.
    func drain() {
        shared.isDraining.store(true, ordering: .releasing)
        for waker in wakers { waker.wake() }
    }

    func clearEnded() {
        running.changed.clear()
    }
}
