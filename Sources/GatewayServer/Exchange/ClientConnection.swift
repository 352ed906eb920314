import HTTP1
import HTTP2
import NetworkAddress
import Reactor
import TLSSession

/// One client's connection: what must be remembered of it between two turns of its worker's loop.
///
/// It decides nothing. While it is idle it holds no buffer.
final class ClientConnection: Timed {
    /// What the bytes on the wire are.
    enum Transport {
        /// The PROXY protocol's preface comes first.
        case preface
        /// The first byte decides.
        case undecided
        case plain
        case sealed(TLSSession)
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
    /// Who is at the other end: the socket's peer, or who a trusted proxy says that it speaks for.
    var peer: IPAddress
    /// Whether a PROXY preface said who that is.
    var isSpokenFor = false
    /// Whom the connection is counted for.
    var countedFor: IPAddress
    let door: Door
    var transport = Transport.undecided
    var phase = Phase.open

    /// HTTP/1's only stream, made when it is asked for; a connection that is closed keeps none.
    var single: ClientStream {
        if let made = keptStream { return made }
        let made = ClientStream(client: self, handle: nil)
        if !isClosed { keptStream = made }
        return made
    }
    private var keptStream: ClientStream?

    /// Lets the stream go, which holds its connection.
    func forgetStream() {
        keptStream = nil
    }

    /// Set once the client has shown that it speaks HTTP/2.
    var http2: HTTP2Side?

    /// Plaintext that cannot be used yet: part of a head, or requests sent ahead of their turn.
    var held = ByteQueue()
    /// Bytes on their way to the client that the socket did not take.
    var unsent = ByteQueue()
    /// Bytes that the socket took in the current period of slow sending.
    var periodSent = 0

    /// What epoll said and we did not act upon yet: readiness is told once.
    var isReadable = false
    var hasHungUp = false
    /// Whether it is in the worker's list of those that go on in the next turn.
    var isResumed = false
    /// The identity headers of requests in which nobody speaks for somebody else; made once.
    var directIdentity: [UInt8] = []

    init(token: UInt64, accepted: consuming Accepted, door: Door) {
        self.token = token
        peer = accepted.peer
        countedFor = accepted.peer
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

    /// Whether no request is under way.
    var isIdle: Bool {
        if let http2 { return http2.connection.openCount == 0 }
        return single.exchange.isIdle && held.isEmpty
    }

    /// Whether reading more would be of use now.
    ///
    /// What is not read stays in the kernel and slows the sender down. HTTP/2 slows its streams down one by one, by
    /// their windows, so its connection is read as long as what we answer is taken.
    var wantsInput: Bool {
        switch phase {
        case .open: break
        case .lingering: return true
        case .closing, .closed: return false
        }
        if http2 != nil { return unsent.count < Limits.turnBytes }
        let stream = single
        // The two directions of a tunnel do not wait for each other.
        if stream.exchange.isTunnelling { return stream.upstream?.unsent.isEmpty ?? false }
        guard unsent.isEmpty else { return false }
        // An incomplete head is shorter than the largest; more than that is whole requests that wait for their turn.
        if stream.exchange.isIdle { return held.count < Limits.headBytes }
        if stream.exchange.isKeeping { return stream.exchange.receivesBody }
        return stream.exchange.receivesBody && !stream.exchange.isConnecting && stream.upstream?.unsent.isEmpty ?? false
    }
}

/// What a connection has besides when it speaks HTTP/2.
final class HTTP2Side {
    let connection: ServerConnection
    /// The streams that are open, by slot.
    var streams: [ClientStream?] = []
    /// Frames that leave at the end of the turn.
    var output = ByteQueue()
    /// Whether it is in the worker's list of connections with frames to send.
    var isDirty = false
    /// How many streams too many were counted so far.
    var refusedCount = 0
    /// Whether an upstream is not read because the client has not taken what there is.
    var isCongested = false
    /// Until when the connection may be without a stream; frames that ask for nothing do not renew it.
    var idleUntil: Int64 = 0
    /// Since when part of a frame, or of a head in several frames, waits for its rest; nil while none does.
    var partialSince: Int64?
    /// Whether the client said that it will open no more streams.
    var peerIsGoingAway = false

    init(connection: ServerConnection) {
        self.connection = connection
    }

    /// The stream with this handle, unless the slot has another one or none.
    func stream(_ handle: StreamHandle) -> ClientStream? {
        guard handle.slot < streams.count, let stream = streams[handle.slot], stream.handle == handle else {
            return nil
        }
        return stream
    }

    func add(_ stream: ClientStream, at slot: Int) {
        while streams.count <= slot { streams.append(nil) }
        precondition(streams[slot] == nil, "a slot was given to a second stream")
        streams[slot] = stream
    }
}
