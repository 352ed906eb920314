import HTTP1
import HTTP2
import NetworkAddress
import RateLimit
import Reactor

/// One request of a client and the answer to it: what must be remembered of them between two turns of the loop.
///
/// An HTTP/1 connection has one and uses it again and again; an HTTP/2 connection makes one for each stream. It decides
/// nothing. Its patience is its own in HTTP/2, and its connection's in HTTP/1.
final class ClientStream: Timed {
    /// Held, because it is asked for at every step; whoever closes a connection lets its streams go.
    let client: ClientConnection
    /// Which stream of its connection; nil in HTTP/1.
    let handle: StreamHandle?

    var exchange = Exchange.idle
    var requestBody = BodyReader(.none)
    var requestIsChunked = false
    /// Whether the client speaks HTTP/1.0, which has no chunks and closes unless it is told otherwise.
    var isHTTP10 = false
    /// Whether the answer to the current request has no body, whatever its head says.
    var answersHead = false
    /// Whether the current request leaves the connection open behind it.
    var keepsAlive = true
    /// Whether the client asked for WebSocket, so that the upstream may switch protocols.
    var asksForTunnel = false
    /// Whether the request may be sent twice (RFC 9110, section 9.2.2).
    var isIdempotent = false
    var upstream: UpstreamConnection?
    /// The current request's bytes that no upstream connection took yet.
    var heldRequest = ByteQueue()
    /// How often the request was given to another connection after one that may have read it.
    var retries = 0
    /// The request as it would be kept, for as long as it has no answer; nil for what is no webhook.
    var draft: WebhookDraft?
    /// Until when the request may wait for a connection.
    var connectDeadline: Int64 = 0
    /// Before when it is not to ask for one again.
    var connectEarliest: Int64 = 0

    /// How the request was counted; nil where no rate is limited.
    var permit: RatePermit?
    /// What is left of the largest body that is accepted.
    var bodyBytesLeft = Int.max
    /// Bytes of the body that came in the current period; what is too few is too slow.
    var periodBytes = 0
    /// Whether the upstream kept the client waiting in the current period: then the client is not to blame.
    var wasHeldBack = false

    /// Bytes of the request that the client has no credit for yet, because nobody took them (HTTP/2).
    var uncredited = 0
    /// What came for the tunnel before the upstream agreed to it (HTTP/2).
    var heldTunnel = ByteQueue()
    var heldTunnelEnds = false

    /// Payload of the answer that the client's windows have no room for (HTTP/2).
    var pending = ByteQueue()
    var pendingTrailers: [UInt8] = []
    /// How much of it the windows let through in the current period.
    var periodTaken = 0
    /// Whether the answer ends behind the pending payload.
    var pendingEnds = false
    /// Whether the client has sent all of its request (HTTP/2).
    var inputHasEnded = false
    /// Whether the answer was complete before the request, of which nothing more is of interest (HTTP/2).
    var isLingering = false
    /// Whether the answer's end is among the frames (HTTP/2).
    var hasSentEnd = false
    /// Whether the exchange is among those that are counted as open.
    var isUnderWay = false
    var isTunnel = false
    /// When the request's head was complete, in the worker's microseconds.
    var startMicroseconds: Int64 = 0
    /// The answer's status; zero while there is none.
    var status = 0
    /// What the access log tells of the request, if there is one.
    var requestID: [UInt8] = []
    var clientAddress: IPAddress?
    var requestLine: [UInt8] = []
    var sentBytes = 0

    init(client: ClientConnection, handle: StreamHandle?) {
        self.client = client
        self.handle = handle
    }
}
