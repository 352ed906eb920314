import GatePolicy
import HTTP1
import HTTP2
import RateLimit
import Reactor
import TLSSession

/// One event loop on one thread, with the connections that it accepted.
///
/// A client's connection and its upstream's live on the same worker, so nothing here is locked. All buffers belong to
/// the worker: within one turn they are one connection's, and they are empty between turns.
final class Worker {
    private enum Token {
        static let waker: UInt64 = 0
        static let clientKind: UInt64 = 1
        static let upstreamKind: UInt64 = 2
    }

    let shared: Shared
    let counters: WorkerCounters
    let poller: Poller
    private let waker: Waker
    /// By token, less one.
    var listeners: [OpenListener]

    /// What one read brought.
    let inbound = Buffer(capacity: Limits.turnBytes)
    /// Its plaintext.
    ///
    /// A session may hold part of a record from before.
    let opened = Buffer(capacity: Limits.turnBytes + 32 * 1024)
    /// On its way to the backend.
    ///
    /// Chunks are framed anew, so there is a little more than came in.
    let upward = Buffer(capacity: 2 * Limits.turnBytes + Limits.headBytes)
    /// On its way to the client, before it is sealed.
    let downward = Buffer(capacity: 2 * Limits.turnBytes + Limits.headBytes)
    /// A chunked body's payload, until its length is known.
    let payload = Buffer(capacity: 2 * Limits.turnBytes)
    /// An answer in our own name, before it is put into HTTP/2's form.
    let ownAnswer = Buffer(capacity: Limits.ownAnswerBytes)
    /// Sealed for the client.
    let sealed = Buffer(capacity: 2 * TLSSession.sealedCount(2 * Limits.turnBytes + Limits.headBytes))
    let window: BIOWindow
    /// HTTP/2's scratch, of one connection at a time.
    var workspace = Workspace()

    let names: FieldNames
    var requestHead: RequestHead
    var responseHead: ResponseHead
    var pathForm = PathForm()
    var requestIDs: RequestIDs
    /// What Unix time is ahead of ``now``, in milliseconds, and when it is read again: clocks are set.
    private var wallAhead: Int64 = 0
    private var wallDue: Int64 = 0
    var clients: ConnectionTable<ClientConnection>
    var upstreams = ConnectionTable<UpstreamConnection>(kind: Token.upstreamKind, capacity: Limits.upstreamsMax)
    /// Connections to the backend without an exchange, the latest used last.
    var parked: [UpstreamConnection] = []
    /// Requests that found no connection to the backend.
    var waiting: [ClientStream] = []
    var breaker = Breaker()
    /// When the other workers were told last that the backend answers.
    var backendToldAt: Int64 = 0
    /// Connections that have more to do in the next turn.
    private var resumed: [UInt64] = []
    /// Empty queues with their memory, for frames of the next turn: a connection that waits holds none.
    var spareQueues: [ByteQueue] = []
    /// Connections with HTTP/2 frames to send at the end of this turn.
    var dirty: [ClientConnection] = []
    var timers: TimerWheel
    /// Milliseconds and microseconds, read once a turn.
    var now: Int64
    var nowMicroseconds: Int64
    var phase: Shared.Phase
    var configuration: WorkerConfiguration {
        didSet {
            patience = WorkerConfiguration.Patience(configuration.limits)
            bodyLimits = BodyLimits(configuration.limits)
            rateRules = configuration.rateRules
            rulesEdition += 1
            quotaTexts = QuotaTexts(rateRules)
            servesStorage = configuration.policy.switches.servesStorage
            keepsWebhooks = configuration.keepsWebhooks
        }
    }
    /// What every request asks of the configuration, ready to use.
    private(set) var patience: WorkerConfiguration.Patience
    private(set) var bodyLimits: BodyLimits
    private(set) var rateRules: RuleTable
    /// Counts the tables, since a rule's index means nothing in another one.
    private(set) var rulesEdition = 0
    var quotaTexts: QuotaTexts
    private(set) var servesStorage: Bool
    private(set) var keepsWebhooks: Bool
    let draftBudget = WebhookDraft.Budget()
    let inboxMail: InboxMail
    /// Those whose requests are on their way to the disk, by ticket.
    var beingKept: [UInt64: ClientStream] = [:]
    var lastTicket: UInt64 = 0
    var tls: TLSContext
    var accessLog: AccessLog?
    /// When its lines are to be written; far away while there are none.
    var accessLogDue = Int64.max
    /// When listening goes on after the process ran out of descriptors; nil while it does.
    var listeningAgain: Int64?

    /// - Parameters:
    ///   - shared: What it shares with the other workers.
    ///   - counters: Its own, for others to read.
    ///   - waker: Wakes it when something shared changed.
    ///   - listeners: Its own sockets.
    ///   - accessLog: Its own, open; nil when none is kept.
    ///   - clientsMax: How many connections it may have.
    ///   - seed: Random, for request ids.
    /// - Throws: When the process may have no more descriptors.
    init(
        shared: Shared, counters: WorkerCounters, waker: Waker, listeners: [OpenListener], accessLog: AccessLog?,
        clientsMax: Int, seed: UInt64
    ) throws(SystemError) {
        self.shared = shared
        self.counters = counters
        self.waker = waker
        self.listeners = listeners
        let state = shared.state
        phase = state.phase
        configuration = state.configuration
        patience = WorkerConfiguration.Patience(state.configuration.limits)
        bodyLimits = BodyLimits(state.configuration.limits)
        rateRules = state.configuration.rateRules
        quotaTexts = QuotaTexts(state.configuration.rateRules)
        servesStorage = state.configuration.policy.switches.servesStorage
        keepsWebhooks = state.configuration.keepsWebhooks
        inboxMail = InboxMail(waker: waker)
        tls = state.tls
        names = FieldNames()
        requestHead = RequestHead(limits: state.configuration.headLimits, names: names)
        responseHead = ResponseHead(names: names)
        nowMicroseconds = MonotonicClock.microseconds()
        now = nowMicroseconds / 1000
        timers = TimerWheel(now: now)
        clients = ConnectionTable(kind: Token.clientKind, capacity: clientsMax)
        poller = try Poller()
        window = BIOWindow(output: sealed)
        requestIDs = RequestIDs(seed: seed)
        self.accessLog = accessLog
        try poller.addLevelTriggered(waker.descriptor, token: Token.waker)
        for (index, open) in listeners.enumerated() {
            try poller.addLevelTriggered(open.listener.descriptor, token: UInt64(index) + 1)
        }
    }

    /// Runs until it was told to drain and the last client is gone, or was told to give up.
    func run() {
        while phase < .succeeded || (phase < .cut && clients.count > 0) {
            let count = poller.wait(milliseconds: waitMilliseconds)
            nowMicroseconds = MonotonicClock.microseconds()
            now = nowMicroseconds / 1000
            for index in 0..<count {
                handle(poller.event(index))
                checkBuffers()
            }
            resumeOthers()
            retryWaiting()
            while let item = timers.nextExpired(now: now) { expire(item) }
            if let listeningAgain, now >= listeningAgain { listenAgain() }
            flushDirty()
            if now >= accessLogDue { writeAccessLog() }
            checkBuffers()
        }
        writeAccessLog()
        // Who ends keeps nobody waiting.
        counters.generation.set(.max)
    }

    private func writeAccessLog() {
        accessLogDue = .max
        if let accessLog, !accessLog.write() { counters.accessLogLost.bump() }
    }

    /// The time of day, since 1970-01-01T00:00:00Z.
    var wallMilliseconds: Int64 {
        if now >= wallDue {
            wallAhead = WallClock.milliseconds() - now
            wallDue = now + 1000
        }
        return now + wallAhead
    }

    /// What is left in a shared buffer would reach the next connection's peer.
    func checkBuffers() {
        precondition(
            upward.isEmpty && downward.isEmpty && sealed.isEmpty && workspace.output.isEmpty,
            "a turn left bytes in a shared buffer")
    }

    /// How long the next wait may last: not at all while there is work, shortly while requests wait for a connection.
    private var waitMilliseconds: Int32? {
        if !(resumed.isEmpty && dirty.isEmpty) { return 0 }
        if !waiting.isEmpty { return Limits.connectPause }
        let pause = listeningAgain == nil ? Int64(60_000) : Limits.listeningPause
        return Int32(min(pause, timers.patience(now: now) ?? 60_000, max(0, accessLogDue - now)))
    }

    private func handle(_ event: Poller.Event) {
        switch ConnectionTable<ClientConnection>.kind(of: event.token) {
        case Token.clientKind:
            if let client = clients.find(event.token) { clientReady(client, event) }
        case Token.upstreamKind:
            if let upstream = upstreams.find(event.token) { upstreamReady(upstream, event) }
        default:
            guard event.token != Token.waker else { return takeChanges() }
            // It may be closed since the poller told of it.
            if Int(event.token) <= listeners.count { acceptAll(listeners[Int(event.token) - 1]) }
        }
    }

    /// Somebody woke this worker: takes over what changed, and reads its mail.
    private func takeChanges() {
        waker.clear()
        takeInboxMail()
        let state = shared.state
        guard state.generation != counters.generation.count else { return }
        configuration = state.configuration
        requestHead.limits = configuration.headLimits
        tls = state.tls
        reopenAccessLog()
        if state.phase > phase { enter(state.phase) }
        counters.generation.set(state.generation)
    }

    /// The file may have another name now, or have been moved away by who rotates logs.
    private func reopenAccessLog() {
        writeAccessLog()
        guard let path = configuration.accessLog else { return accessLog = nil }
        do {
            accessLog = try AccessLog(path: path)
        } catch {
            // The old one goes on: a line in a moved file is better than none.
            counters.accessLogLost.bump()
        }
    }

    private func enter(_ next: Shared.Phase) {
        phase = next
        switch next {
        case .serving: break
        case .announced: announceEnd()
        case .succeeded, .draining, .cut:
            announceEnd()
            // Who was let in by the kernel is not turned away; who comes later finds nobody, or our successor.
            for open in listeners {
                acceptAll(open, limit: .max)
                // A successor may share the socket, which then goes on telling this poller of its connections.
                poller.remove(open.listener.descriptor)
            }
            listeners.removeAll()
            closeIdleSoon()
        }
    }

    private func resumeOthers() {
        guard !resumed.isEmpty else { return }
        let tokens = resumed
        resumed.removeAll(keepingCapacity: true)
        for token in tokens {
            if let client = clients.find(token) {
                client.isResumed = false
                useWaiting(client)
                advance(client)
            }
            if let upstream = upstreams.find(token) {
                upstream.isResumed = false
                advance(upstream)
            }
            checkBuffers()
        }
    }

    /// Goes on with a connection in the next turn, once however often it is asked for.
    func resumeLater(_ client: ClientConnection) {
        guard !client.isResumed else { return }
        client.isResumed = true
        resumed.append(client.token)
    }

    func resumeLater(_ upstream: UpstreamConnection) {
        guard !upstream.isResumed else { return }
        upstream.isResumed = true
        resumed.append(upstream.token)
    }
}
