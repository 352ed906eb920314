import HTTP1
import NetworkAddress
import Reactor
import Synchronization
import TLSSession

/// One event loop on one thread, with the connections that it accepted.
///
/// A client's connection and its upstream's live on the same worker, so nothing here is locked. All buffers belong to
/// the worker: within one turn they are one connection's, and they are empty between turns.
final class Worker {
    /// What all workers of a gateway share.
    final class Shared: Sendable {
        let upstreamPath: String
        let tls: TLSContext
        let isDraining = Atomic<Bool>(false)

        init(upstreamPath: String, tls: TLSContext) {
            self.upstreamPath = upstreamPath
            self.tls = tls
        }
    }

    private enum Token {
        static let waker: UInt64 = 0
        static let tlsListener: UInt64 = 1
        static let localListener: UInt64 = 2
        static let clientKind: UInt64 = 1
        static let upstreamKind: UInt64 = 2
    }

    let shared: Shared
    let poller: Poller
    private let waker: Waker
    /// The listeners' descriptors and tokens.
    private let listening: [(descriptor: Int32, token: UInt64)]
    private var tlsListener: Listener?
    private var localListener: Listener?

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
    /// Sealed for the client.
    let sealed = Buffer(capacity: 2 * TLSSession.sealedCount(2 * Limits.turnBytes + Limits.headBytes))
    let window: BIOWindow

    var requestHead = RequestHead()
    var responseHead = ResponseHead()
    var requestIDs: RequestIDs
    var clients = ConnectionTable<ClientConnection>(kind: Token.clientKind, capacity: Limits.clientsMax)
    var upstreams = ConnectionTable<UpstreamConnection>(kind: Token.upstreamKind, capacity: Limits.upstreamsMax)
    /// Connections to the backend without an exchange, the latest used last.
    var parked: [UpstreamConnection] = []
    /// Clients whose request found the backend's queue full.
    var waiting: [ClientConnection] = []
    /// Connections that have more to do in the next turn.
    private var resumed: [UInt64] = []
    /// Milliseconds, read once a turn.
    var now: Int64 = 0
    var isDraining = false
    private var nextSweep: Int64 = 0
    /// When listening goes on after the process ran out of descriptors; nil while it does.
    private var listeningAgain: Int64?

    /// - Parameters:
    ///   - shared: What it shares with the other workers.
    ///   - waker: Wakes it when something shared changed.
    ///   - tlsListener: Its own socket on the TLS port.
    ///   - localListener: Its own socket on the local port.
    ///   - seed: Random, for request ids.
    /// - Throws: When the process may have no more descriptors.
    init(
        shared: Shared, waker: Waker, tlsListener: consuming Listener, localListener: consuming Listener, seed: UInt64
    ) throws(SystemError) {
        self.shared = shared
        self.waker = waker
        poller = try Poller()
        window = BIOWindow(output: sealed)
        requestIDs = RequestIDs(seed: seed)
        try poller.addLevelTriggered(waker.descriptor, token: Token.waker)
        try poller.addLevelTriggered(tlsListener.descriptor, token: Token.tlsListener)
        try poller.addLevelTriggered(localListener.descriptor, token: Token.localListener)
        listening = [(tlsListener.descriptor, Token.tlsListener), (localListener.descriptor, Token.localListener)]
        self.tlsListener = consume tlsListener
        self.localListener = consume localListener
    }

    /// Runs until it was told to drain and the last client is gone.
    func run() {
        while !(isDraining && clients.count == 0) {
            let count = poller.wait(milliseconds: patience)
            now = MonotonicClock.milliseconds()
            for index in 0..<count {
                handle(poller.event(index))
                checkBuffers()
            }
            resumeOthers()
            retryWaiting()
            if now >= nextSweep { sweep() }
            if let listeningAgain, now >= listeningAgain { listenAgain() }
            checkBuffers()
        }
    }

    /// What is left in a shared buffer would reach the next connection's peer.
    private func checkBuffers() {
        precondition(upward.isEmpty && downward.isEmpty && sealed.isEmpty, "a turn left bytes in a shared buffer")
    }

    /// How long the next wait may last: not at all while there is work, shortly while the backend's queue is full.
    private var patience: Int32 {
        if !resumed.isEmpty { return 0 }
        if !waiting.isEmpty { return 5 }
        return listeningAgain == nil ? 1000 : Int32(Limits.listeningPause)
    }

    private func handle(_ event: Poller.Event) {
        switch ConnectionTable<ClientConnection>.kind(of: event.token) {
        case Token.clientKind:
            if let client = clients.find(event.token) { clientReady(client, event) }
        case Token.upstreamKind:
            if let upstream = upstreams.find(event.token) { upstreamReady(upstream, event) }
        default: handleOwn(event.token)
        }
    }

    private func handleOwn(_ token: UInt64) {
        switch token {
        case Token.waker:
            waker.clear()
            if shared.isDraining.load(ordering: .acquiring) { drain() }
        case Token.tlsListener: acceptAll(tlsListener, door: .tls)
        default: acceptAll(localListener, door: .local)
        }
    }

    private func acceptAll(_ listener: borrowing Listener?, door: ClientConnection.Door) {
        switch listener {
        case .none: return
        case .some(let listener):
            // A bound, so that a flood of connections does not keep the others waiting.
            for _ in 0..<64 {
                guard let accepted = acceptOne(listener) else { return }
                guard !clients.isFull else { continue }
                var taken: Accepted? = consume accepted
                let client = clients.insert { token in
                    guard let accepted = taken.take() else { preconditionFailure("a connection was taken twice") }
                    return ClientConnection(token: token, accepted: accepted, door: door)
                }
                client.deadline = now + Limits.headPatience
                guard (try? poller.add(client.socket.descriptor, token: client.token)) != nil else {
                    close(client)
                    continue
                }
            }
        }
    }

    /// Takes one connection; when there is no room for it, nobody is listened to for a moment.
    ///
    /// The listeners are level-triggered: left in the poller they would wake this thread again and again for nothing.
    private func acceptOne(_ listener: borrowing Listener) -> Accepted? {
        do {
            return try listener.accept()
        } catch {
            guard listeningAgain == nil else { return nil }
            listeningAgain = now + Limits.listeningPause
            for door in listening { poller.remove(door.descriptor) }
            return nil
        }
    }

    private func listenAgain() {
        listeningAgain = nil
        guard !isDraining else { return }
        for door in listening {
            // It may be there already, from a time when only the other one found no room.
            poller.remove(door.descriptor)
            guard (try? poller.addLevelTriggered(door.descriptor, token: door.token)) == nil else { continue }
            listeningAgain = now + Limits.listeningPause
        }
    }

    /// Stops accepting, closes who waits for nothing, and lets the rest finish.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        tlsListener = nil
        localListener = nil
        for client in clients.all where client.exchange.isIdle && client.held.isEmpty && client.isOpen {
            finish(client)
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

    /// Ends what waited too long.
    ///
    /// Once a second over all connections: cheaper than keeping a timer for each request, and exact enough.
    private func sweep() {
        nextSweep = now + 1000
        for client in clients.all where client.deadline <= now { expire(client) }
        let tooOld = now - Limits.parkedPatience
        for upstream in parked where upstream.idleSince <= tooOld { close(upstream) }
    }
}
