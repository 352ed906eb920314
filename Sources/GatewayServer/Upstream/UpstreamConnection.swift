import HTTP1
import Reactor

/// One connection to the backend: what must be remembered of it between two turns of its worker's loop.
final class UpstreamConnection: Timed {
    let token: UInt64
    let socket: Socket
    /// The stream whose exchange it carries; nil while it is parked.
    var stream: ClientStream?
    /// Whether the other side has taken the connection: TCP tells later, by readiness.
    var isEstablished: Bool
    /// Whether it carried an exchange before, so that it may have gone stale meanwhile.
    var wasUsed = false
    /// Whether a byte of the current request was sent over it.
    var hasSent = false
    /// The current request as a whole, when it is short and may be sent twice.
    ///
    /// Kept here and not by the client, because the connections to the backend are few and used again and again.
    var replay = ByteQueue()

    /// Whether a byte of the answer came.
    var hasAnswered = false
    var hasResponseHead = false
    var responseBody = BodyReader(.none)
    var responseIsChunked = false
    var keepsAlive = true
    /// Part of a response's head.
    var held = ByteQueue()
    /// Bytes on their way to the backend that the socket did not take.
    var unsent = ByteQueue()
    /// Whether the client sends no more through the tunnel: told to the backend when all before it is sent.
    var endsSending = false

    var isReadable = false
    var hasHungUp = false
    /// Whether it is in the worker's list of those that go on in the next turn.
    var isResumed = false
    /// Whether the poller tells when it is writable: asked for when something had to wait.
    var watchesWriting: Bool
    /// Whether the backend takes no more of the request: its answer may be on its way all the same.
    var takesNoMore = false
    /// Whether it is among those that wait for an exchange.
    var isParked = false
    var isClosed = false

    init(token: UInt64, socket: consuming Socket, isEstablished: Bool) {
        self.token = token
        self.socket = socket
        self.isEstablished = isEstablished
        watchesWriting = !isEstablished
    }

    /// Makes it ready for the next exchange.
    func reset() {
        stream = nil
        wasUsed = true
        hasSent = false
        replay.removeAll(keepingCapacity: true)
        takesNoMore = false
        hasAnswered = false
        hasResponseHead = false
        keepsAlive = true
    }
}
