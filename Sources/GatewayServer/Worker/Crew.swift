import RateLimit
import Reactor
import Synchronization
import TLSSession

/// All workers of a gateway and their threads.
final class Crew {
    private let shared: Worker.Shared
    /// What all workers count requests with.
    var rateLimiter: RateLimiter { shared.rateLimiter }
    var credentials: VerifiedCredentials { shared.credentials }
    var audit: RefusalAudit { shared.audit }
    var inbox: Inbox { shared.inbox }
    private var wakers: [Waker] = []
    private let running: Running
    /// What each worker counts.
    private(set) var counters: [WorkerCounters] = []
    /// The sockets that the workers listen on, for a successor to take over.
    private(set) var listenerDescriptors: [(door: Door, descriptor: Int32)] = []

    /// Descriptors that are no client's and no upstream's: the control socket, files, and what the libraries open.
    private static let descriptorReserve = 64

    /// How many workers have not ended, and who is told when that changes.
    private final class Running: Sendable {
        let count: Atomic<Int>
        let changed: Waker

        init(count: Int, changed: Waker) {
            self.count = Atomic(count)
            self.changed = changed
        }
    }

    /// Starts a thread for each worker.
    ///
    /// - Parameters:
    ///   - count: How many workers.
    ///   - configuration: What they go by.
    ///   - tls: The certificates that they serve.
    ///   - audit: What they tell whom they refused.
    ///   - inbox: Where they keep what the backend does not take.
    ///   - listeners: Each worker's sockets; they are opened before, so that an address that cannot be had is the
    ///     caller's to report.
    /// - Throws: ``StartError`` when the process may have no more descriptors or threads.
    init(
        count: Int, configuration: WorkerConfiguration, tls: TLSContext, audit: RefusalAudit, inbox: Inbox,
        listeners: [[OpenListener]]
    ) throws(StartError) {
        precondition(listeners.count == count, "each worker needs its own list of sockets")
        shared = Worker.Shared(configuration: configuration, tls: tls, audit: audit, inbox: inbox)
        for open in listeners.joined() { listenerDescriptors.append((open.door, open.listener.descriptor)) }
        let logs = try Self.openLogs(configuration.accessLog, count: count)
        do {
            running = Running(count: count, changed: try Waker())
            for (own, log) in zip(listeners, logs) {
                try start(own, log, clientsMax: Self.clientsMax(workers: count))
            }
        } catch {
            throw StartError("Cannot start a worker: \(error). Raise the limits on open files and threads.")
        }
    }

    /// The access log once for each worker; nil where none is kept.
    private static func openLogs(_ path: String?, count: Int) throws(StartError) -> [AccessLog?] {
        guard let path else { return Array(repeating: nil, count: count) }
        var logs: [AccessLog?] = []
        do throws(SystemError) {
            for _ in 0..<count { logs.append(try AccessLog(path: path)) }
        } catch {
            throw StartError(
                "The access log \(path) cannot be opened: \(error). Set TUNERGATE_ACCESS_LOG to a file, not a link, "
                    + "that this process may write.")
        }
        return logs
    }

    /// How many connections a worker may have: what the process may open, less a reserve and what goes to the backend.
    private static func clientsMax(workers: Int) -> Int {
        let descriptors = HostProcess.descriptorLimit() - descriptorReserve
        let upstreams = min(workers * Limits.upstreamsMax, descriptors / 3)
        return max(64, (descriptors - upstreams) / workers)
    }

    private func start(_ listeners: [OpenListener], _ accessLog: AccessLog?, clientsMax: Int) throws(SystemError) {
        let waker = try Waker()
        let own = WorkerCounters()
        wakers.append(waker)
        counters.append(own)
        let worker = try Worker(
            shared: shared, counters: own, waker: waker, listeners: listeners, accessLog: accessLog,
            clientsMax: clientsMax, seed: UInt64.random(in: .min ... .max))
        let moved = WorkerBox(worker)
        let running = self.running
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

    func clearEnded() {
        running.changed.clear()
    }

    /// Has everybody told that the gateway will stop, while it still takes connections.
    func announceStop() {
        change { state in state.phase = max(state.phase, .announced) }
    }

    /// Leaves what is new to a successor, and what is here has its time.
    func handOver() {
        change { state in state.phase = max(state.phase, .succeeded) }
    }

    /// Tells all workers to finish what they have and take nothing new.
    func drain() {
        change { state in state.phase = max(state.phase, .draining) }
    }

    /// Tells all workers to give up what is still under way.
    func cut() {
        change { state in state.phase = .cut }
    }

    /// Gives all workers something else to go by; nothing is closed.
    func swap(_ configuration: WorkerConfiguration) {
        change { state in state.configuration = configuration }
    }

    /// Gives new connections other certificates; nothing is closed.
    func swap(tls: TLSContext) {
        change { state in state.tls = tls }
    }

    /// Whether every worker goes by the last change.
    var hasSettled: Bool {
        let generation = shared.state.generation
        return counters.allSatisfy { $0.generation.count >= generation }
    }

    private func change(_ body: (inout sending Worker.Shared.State) -> Void) {
        shared.change(body)
        for waker in wakers { waker.wake() }
    }
}
