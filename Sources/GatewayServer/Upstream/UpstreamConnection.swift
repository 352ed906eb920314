import HTTP1
import Reactor

/// One connection to the backend: what must be remembered of it between two turns of its worker's loop.
final class UpstreamConnection {
    let token: UInt64
    let socket: Socket
    /// The client whose exchange it carries; nil while it is parked.
    weak var client: ClientConnection?
    /// Whether it carried an exchange before, so that it may have gone stale meanwhile.
    var wasUsed = false
    /// Whether a byte of the current request was sent over it.
    var hasSent = false

    var hasResponseHead = false
    var responseBody = BodyReader(.none)
    var responseIsChunked = false
    var keepsAlive = true
    /// Part of a response's head.
    var held = ByteQueue()
    /// Bytes on their way to the backend that the socket did not take.
    var unsent = ByteQueue()

    var isReadable = false
    var hasHungUp = false
    /// Whether it is in the worker's list of those that go on in the next turn.
    var isResumed = false
    /// Whether the backend takes no more of the request: its answer may be on its way all the same.
    var takesNoMore = false
    /// When it was parked, in the worker's milliseconds.
    var idleSince: Int64 = 0
    var isClosed = false

    init(token: UInt64, socket: consuming Socket) {
        self.token = token
        self.socket = socket
    }

    /// Makes it ready for the next exchange.
    func reset() {
        client = nil
        wasUsed = true
        hasSent = false
        takesNoMore = false
        hasResponseHead = false
        keepsAlive = true
    }
}
