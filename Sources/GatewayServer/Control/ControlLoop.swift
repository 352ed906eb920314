import Logging
import RateLimit
import Reactor
import Settings

/// The gateway's main thread: signals, the control socket, certificates, time; it serves no client.
final class ControlLoop {
    enum Token {
        static let signals: UInt64 = 0
        static let ended: UInt64 = 1
        static let supervisor: UInt64 = 2
        static let control: UInt64 = 3
        static let certificates: UInt64 = 4
        static let policy: UInt64 = 5
    }

    /// What the loop looks after, made before it.
    struct Charges: ~Copyable {
        let signals: StopSignals
        let crew: Crew
        let certificates: CertificateStore
        let policy: PolicyStore
        let doors: Doors.Record
        let circumstances: StartCircumstances
        let source: SettingsSource
        let settings: GatewaySettings
        let logger: Logger
    }

    /// How long the loop sleeps at most: what was counted for the audit trail is told within a second.
    private static let patience: Int64 = 1_000
    /// How long it sleeps while a successor starts, whose death nobody announces.
    private static let succeedingPatience: Int64 = 50

    let poller: Poller
    private let signals: StopSignals
    let crew: Crew
    let certificates: CertificateStore
    let policy: PolicyStore
    let doors: Doors.Record
    let circumstances: StartCircumstances
    let source: SettingsSource
    let logger: Logger
    let server: ControlServer
    var settings: GatewaySettings
    var reloads = ReloadRecord()
    var lifeCycle: LifeCycle
    var succession = Succession()
    /// A successor that is our child.
    var successor: ChildProcess?
    /// Who waits for the outcome of an upgrade, or for its turn to confirm one.
    var held: [UInt64: ControlConnection] = [:]
    private let start = MonotonicClock.milliseconds()
    var now = MonotonicClock.milliseconds()
    private var nextTidying: Int64 = 0

    /// - Parameter charges: Everything that runs already.
    /// - Throws: ``StartError`` when the process may have no more descriptors.
    init(_ charges: consuming Charges) throws(StartError) {
        crew = charges.crew
        certificates = charges.certificates
        policy = charges.policy
        doors = charges.doors
        circumstances = charges.circumstances
        source = charges.source
        settings = charges.settings
        logger = charges.logger
        lifeCycle = LifeCycle(charges.settings)
        server = ControlServer(
            path: charges.settings.paths.gatewaySocket,
            admission: ControlAdmission(
                ownUserID: HostProcess.userID, adminUserIDs: charges.settings.adminUserIDs),
            listenerToken: Token.control, logger: charges.logger)
        do {
            poller = try Poller()
            try poller.addLevelTriggered(charges.signals.descriptor, token: Token.signals)
            try poller.addLevelTriggered(charges.crew.endedDescriptor, token: Token.ended)
            try poller.addLevelTriggered(charges.certificates.descriptor, token: Token.certificates)
            try poller.addLevelTriggered(charges.policy.descriptor, token: Token.policy)
            if charges.settings.isSupervised { try poller.addLevelTriggered(0, token: Token.supervisor) }
        } catch {
            throw StartError("Cannot wait for signals: \(error). Raise the limit on open files.")
        }
        signals = charges.signals
        certificates.publish = { [crew] context in crew.swap(tls: context) }
    }

    var configuration: WorkerConfiguration {
        WorkerConfiguration(settings, policy: policy.policy, workers: crew.counters.count)
    }
    var uptimeSeconds: Int64 { (now - start) / 1000 }

    /// Takes the control socket's name, so that commands come to this process from now on.
    func listen() throws(StartError) {
        do {
            try server.listen(poller)
        } catch {
            throw StartError(
                "Cannot listen at \(settings.paths.gatewaySocket): \(error). Make its folder writable for this user, "
                    + "or set TUNERGATE_RUNTIME_DIR.")
        }
    }

    /// Serves what was taken and nothing new: the predecessor has given up on us and goes on.
    func withdraw() {
        logger.error("The running gateway goes on, this one ends")
        obey(lifeCycle.handOver(now: now))
    }

    /// Runs until the gateway has stopped.
    func run() {
        while lifeCycle.phase != .ended {
            let count = poller.wait(milliseconds: wait)
            now = MonotonicClock.milliseconds()
            for index in 0..<count { handle(poller.event(index)) }
            passTime()
        }
        server.removeName()
        crew.inbox.stop()
        crew.audit.stop(wallMilliseconds: WallClock.milliseconds())
    }

    private var wait: Int32 {
        let longest = succession.upgrade != nil ? Self.succeedingPatience : Self.patience
        let deadlines = [certificates.nextCheck, lifeCycle.deadline, server.deadline, succession.deadline].compactMap {
            $0
        }
        let next = deadlines.min().map { max(0, $0 - now) } ?? longest
        return Int32(min(next, longest))
    }

    private func handle(_ event: Poller.Event) {
        switch event.token {
        case Token.signals: takeSignals()
        case Token.ended:
            crew.clearEnded()
            if crew.hasEnded { obey(lifeCycle.workersEnded()) }
        case Token.supervisor:
            // A supervisor that is gone stays gone.
            poller.remove(0)
            if !lifeCycle.isStopping { stop("the supervisor is gone") }
        case Token.control: server.accept(poller, now: now)
        case Token.certificates: certificates.handleEvents(now: now)
        case Token.policy: followPolicy()
        default: proceed(event.token)
        }
    }

    private func takeSignals() {
        while let signal = signals.next() {
            switch signal {
            case .hangUp: _ = reload()
            case .terminate: stop("SIGTERM")
            case .interrupt: stop("SIGINT")
            }
        }
    }

    private func proceed(_ token: UInt64) {
        guard let (connection, news) = server.proceed(token) else { return }
        switch news {
        case .none: break
        case .closed: forget(token)
        case .request(let request): serve(request, connection)
        }
    }

    private func passTime() {
        certificates.check(now: now)
        tidy()
        watchSuccession()
        for token in server.expire(now: now) { forget(token) }
        while let order = lifeCycle.advance(now: now) { obey(order) }
    }

    /// Gives the workers the backend's policy, if there is a new one.
    func followPolicy() {
        if policy.look() { crew.swap(configuration) }
    }

    /// What is done once a second.
    private func tidy() {
        guard now >= nextTidying else { return }
        nextTidying = now + 1_000
        crew.rateLimiter.removeIdle(now: now)
        crew.inbox.passTime()
        crew.audit.passTime(now: now, wallMilliseconds: WallClock.milliseconds())
    }

    /// Asks for the end, or for it to come at once.
    func stop(_ reason: String) {
        let wasStopping = lifeCycle.isStopping
        logger.info(
            wasStopping ? "Gateway told to stop a second time" : "Gateway stopping", metadata: ["reason": "\(reason)"])
        if !wasStopping, lifeCycle.holdsListeners { circumstances.notifySocket.tell(.stopping) }
        obey(lifeCycle.stop(now: now))
    }

    func obey(_ order: LifeCycle.Order?) {
        switch order {
        case .announce:
            logger.info("Gateway not ready any more; connections are still taken")
            crew.announceStop()
        case .handOver:
            logger.info("Gateway leaves new connections to its successor; requests in flight finish")
            crew.handOver()
        case .drain:
            logger.info("Gateway takes no new connections; requests in flight finish")
            crew.drain()
        case .cut:
            let totals = CounterTotals(crew.counters)
            logger.warning(
                "Requests still in flight are cut",
                metadata: ["requests": "\(totals.requestsOpen)", "connections": "\(totals.connectionsOpen)"])
            crew.cut()
        case .end, nil: break
        }
    }
}

extension LifeCycle {
    init(_ settings: GatewaySettings) {
        self.init(
            delayMilliseconds: Int64(settings.drainDelaySeconds) * 1000,
            drainMilliseconds: Int64(settings.drainSeconds) * 1000,
            // A predecessor is in nobody's way: it may end what takes long, as long as a tunnel may take.
            handOverMilliseconds: Int64(max(settings.drainSeconds, settings.limits.tunnelSeconds)) * 1000)
    }
}
