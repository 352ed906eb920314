import HTTP1
import Logging
import Reactor

/// The control socket and its connections: few, short, and only of admitted users.
final class ControlServer {
    static let connectionsMax = 16
    /// From the connect to the end of the answer.
    static let patience: Int64 = 5_000
    /// Tokens of its connections begin here; those below are the loop's own.
    static let firstToken: UInt64 = 64

    private let path: String
    private let listenerToken: UInt64
    private let logger: Logger
    private var listener: UnixListener?
    private var connections: [UInt64: ControlConnection] = [:]
    private var nextToken = firstToken
    private let buffer = Buffer(capacity: 16 * 1024)
    private var head = RequestHead()
    /// When the next line may be logged about somebody who was turned away: nobody shall fill the log.
    private var nextComplaint: Int64 = 0
    var admission: ControlAdmission

    /// - Parameters:
    ///   - path: The socket's name.
    ///   - admission: Who may speak.
    ///   - listenerToken: What the poller calls the listener by.
    ///   - logger: Gets a line when somebody is turned away.
    init(path: String, admission: ControlAdmission, listenerToken: UInt64, logger: Logger) {
        self.path = path
        self.admission = admission
        self.listenerToken = listenerToken
        self.logger = logger
    }

    /// Listens, and takes the name from a predecessor or from what a dead one left.
    func listen(_ poller: borrowing Poller) throws(SystemError) {
        let listener = try UnixListener.listen(at: path, mode: admission.socketMode)
        try poller.addLevelTriggered(listener.descriptor, token: listenerToken)
        self.listener = consume listener
    }

    /// Listens anew if the name leads elsewhere: a successor that died took it along.
    func reclaimName(_ poller: borrowing Poller) throws(SystemError) {
        guard ownsName == false else { return }
        listener = nil
        try listen(poller)
    }

    /// Whether the name leads here; nil when there is no listener.
    private var ownsName: Bool? {
        switch listener {
        case .some(let listener): listener.ownsName
        case .none: nil
        }
    }

    /// Gives the name back, if it still leads here.
    func removeName() {
        switch listener {
        case .some(let listener): listener.removeName()
        case .none: break
        }
    }

    /// The earliest deadline of a connection.
    var deadline: Int64? { connections.values.map(\.deadline).min() }

    /// Takes who waits.
    func accept(_ poller: borrowing Poller, now: Int64) {
        while connections.count < Self.connectionsMax {
            guard let socket = acceptOne() else { return }
            admit(socket, poller, now: now)
        }
        // Who comes to a full house is turned away at once, or the listener would wake the loop for ever.
        while acceptOne() != nil {}
    }

    private func acceptOne() -> Socket? {
        switch listener {
        // Out of descriptors, it is tried again in the loop's next turn.
        case .some(let listener): try? listener.accept()
        case .none: nil
        }
    }

    private func admit(_ socket: consuming Socket, _ poller: borrowing Poller, now: Int64) {
        guard let peer = try? socket.peerProcess() else { return }
        nextToken += 1
        let descriptor = socket.descriptor
        let connection = ControlConnection(
            token: nextToken, socket: socket, peer: peer, deadline: now + Self.patience)
        guard admission.admits(peer.userID) else {
            if now >= nextComplaint {
                nextComplaint = now + 1000
                logger.warning(
                    "A process of another user was turned away from the control socket",
                    metadata: ["uid": "\(peer.userID)", "pid": "\(peer.processID)"])
            }
            _ = connection.answer(.refusal(403, "This user may not command the gateway. See TUNERGATE_ADMIN_UIDS."))
            return
        }
        guard (try? poller.add(descriptor, token: connection.token)) != nil else { return }
        connections[connection.token] = connection
    }

    /// Goes on with a connection that the poller told of.
    ///
    /// - Returns: It, and its request if that is complete now, or that it is gone.
    func proceed(_ token: UInt64) -> (connection: ControlConnection, news: ControlConnection.News)? {
        guard let connection = connections[token] else { return nil }
        let news = connection.proceed(buffer: buffer, head: &head)
        if news == .closed { connections[token] = nil }
        return (connection, news)
    }

    func answer(_ connection: ControlConnection, _ answer: ControlAnswer) {
        if connection.answer(answer) { connections[connection.token] = nil }
    }

    func close(_ connection: ControlConnection) {
        connections[connection.token] = nil
    }

    /// Closes who took too long.
    ///
    /// - Returns: Their tokens.
    func expire(now: Int64) -> [UInt64] {
        let late = connections.values.filter { $0.deadline <= now }.map(\.token)
        for token in late { connections[token] = nil }
        return late
    }
}
