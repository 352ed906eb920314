import NetworkAddress
import Reactor
import Settings

/// How connections come in.
extension Worker {
    /// Connections that one turn takes from one listener: a flood does not keep the others waiting.
    static let acceptedPerTurn = 64
    /// Places that only the local door may use, so that an operator gets in when the world has taken all others.
    private static let placesForLocal = 16

    func acceptAll(_ open: OpenListener, limit: Int = Worker.acceptedPerTurn) {
        for _ in 0..<limit {
            guard let accepted = acceptOne(open) else { return }
            admit(accepted, open.door)
        }
    }

    /// Takes one connection; when there is no room for it, nobody is listened to for a moment.
    ///
    /// The listeners are level-triggered: left in the poller they would wake this thread again and again for nothing.
    private func acceptOne(_ open: OpenListener) -> Accepted? {
        do {
            return try open.listener.accept()
        } catch {
            guard listeningAgain == nil else { return nil }
            counters.limitHits.bump(.descriptors)
            listeningAgain = now + Limits.listeningPause
            for other in listeners { poller.remove(other.listener.descriptor) }
            return nil
        }
    }

    private func admit(_ accepted: consuming Accepted, _ door: Door) {
        let peer = accepted.peer
        let isLocal = door == .local && peer.isLoopback
        // Who may not enter takes nobody's place either.
        guard mayEnter(peer) else { return counters.connectionsRefused.bump() }
        guard makeRoom(forLocal: isLocal) else {
            shared.census.leave(peer)
            return counters.connectionsRefused.bump()
        }
        var taken: Accepted? = consume accepted
        let client = clients.insert { token in
            guard let accepted = taken.take() else { preconditionFailure("a connection was taken twice") }
            return ClientConnection(token: token, accepted: accepted, door: door)
        }
        counters.connectionsAccepted.bump()
        counters.connectionsOpen.bump()
        if configuration.speaksForOthers(peer) { client.transport = .preface }
        timers.set(client, deadline: now + headPatience)
        if (try? poller.add(client.socket.descriptor, token: client.token)) == nil { close(client) }
    }

    /// How many connections one client may have; a proxy that speaks for others brings many, and so does this machine.
    func mayEnter(_ peer: IPAddress) -> Bool {
        let isShared = peer.isLoopback || configuration.speaksForOthers(peer)
        let limit = isShared ? Int.max : configuration.limits.connectionsPerClient
        guard !shared.census.enter(peer, limit: limit) else { return true }
        counters.limitHits.bump(.connectionsPerClient)
        return false
    }

    /// Whether there is a place, if need be that of a connection which waits for nothing.
    private func makeRoom(forLocal isLocal: Bool) -> Bool {
        let limit = isLocal ? clients.capacity : clients.capacity - Self.placesForLocal
        guard clients.count >= min(limit, configuration.connectionsPerWorker) else { return true }
        if isLocal, !clients.isFull { return true }
        counters.limitHits.bump(.connections)
        guard let idle = clients.next(64, where: { $0.isOpen && $0.isIdle }) else { return false }
        close(idle)
        return true
    }

    func listenAgain() {
        listeningAgain = nil
        for (index, open) in listeners.enumerated() {
            // It may be there already, from a time when only the other one found no room.
            poller.remove(open.listener.descriptor)
            let token = UInt64(index) + 1
            guard (try? poller.addLevelTriggered(open.listener.descriptor, token: token)) == nil else { continue }
            listeningAgain = now + Limits.listeningPause
        }
    }
}
