import HTTP1
import NetworkAddress
import Reactor
import TLSSession

/// One client's connection: what must be remembered of it between two turns of its worker's loop.
///
/// It decides nothing. While it is idle it holds no buffer.
final class ClientConnection {
    /// What the bytes on the wire are.
    enum Transport {
        /// The first byte decides.
        case undecided
        case plain
        case sealed(TLSSession)
    }

    /// Which door the client came through.
    enum Door {
        /// TLS for everybody, plain HTTP for loopback peers.
        case tls
        case local
    }

    enum Phase {
        case open
        /// The last answer is on its way out; then the connection is closed.
        case closing
        /// We sent our end and read on, so that the kernel does not throw the answer away (RFC 9112, section 9.6).
        case lingering(discarded: Int)
        case closed
    }

    let token: UInt64
    let socket: Socket
    let peer: IPAddress
    let door: Door
    var transport = Transport.undecided
    var phase = Phase.open

    var exchange = Exchange.idle
    var requestBody = BodyReader(.none)
    var requestIsChunked = false
    /// Whether the client speaks HTTP/1.0, which has no chunks and closes unless it is told otherwise.
    var isHTTP10 = false
    /// Whether the answer to the current request has no body, whatever its head says.
    var answersHead = false
    /// Whether the current request leaves the connection open behind it.
    var keepsAlive = true
    var upstream: UpstreamConnection?
    /// The current request's bytes that no upstream connection took yet.
    var heldRequest = ByteQueue()

    /// Plaintext that cannot be used yet: part of a head, or requests sent ahead of their turn.
    var held = ByteQueue()
    /// Bytes on their way to the client that the socket did not take.
    var unsent = ByteQueue()

    /// What epoll said and we did not act upon yet: readiness is told once.
    var isReadable = false
    var hasHungUp = false
    /// Whether it is in the worker's list of those that go on in the next turn.
    var isResumed = false
    /// When this connection's present patience ends, in the worker's milliseconds.
    var deadline: Int64 = 0
    /// The identity headers of requests in which nobody speaks for somebody else; made once.
    var directIdentity: [UInt8] = []

    init(token: UInt64, accepted: consuming Accepted, door: Door) {
        self.token = token
        peer = accepted.peer
        socket = accepted.takeSocket()
        self.door = door
    }

    var isSealed: Bool {
        if case .sealed = transport { true } else { false }
    }

    var isOpen: Bool {
        if case .open = phase { true } else { false }
    }

    var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether reading more would be of use now.
    ///
    /// What is not read stays in the kernel and slows the sender down.
    var wantsInput: Bool {
        switch phase {
        case .open: break
        case .lingering: return true
        case .closing, .closed: return false
        }
        guard unsent.isEmpty else { return false }
        // An incomplete head is shorter than the largest; more than that is whole requests that wait for their turn.
        if exchange.isIdle { return held.count < RequestHead.Limits.head }
        return exchange.receivesBody && !exchange.isConnecting && upstream?.unsent.isEmpty ?? false
    }
}
