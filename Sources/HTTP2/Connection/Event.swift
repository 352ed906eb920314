/// What a client's bytes mean to the owner of the connection.
public enum Event: Equatable, Sendable {
    /// A request began; `workspace.head` is its head as HTTP/1.1 writes it.
    ///
    /// With `isTunnel` it is an extended CONNECT for a WebSocket (RFC 8441), written as the upgrade it stands for:
    /// where the upstream says 101 the owner answers 200.
    case head(StreamHandle, hasEnded: Bool, isTunnel: Bool)
    /// A request whose head is larger than the limits: the owner answers 431.
    case oversized(StreamHandle, hasEnded: Bool)
    /// An extended CONNECT for something else than a WebSocket: the owner answers 501 (RFC 9220, section 3).
    case unsupported(StreamHandle)
    /// A part of the request's body: these positions of the bytes that were given.
    ///
    /// Also empty, when only the end comes.
    case data(StreamHandle, payload: Range<Int>, hasEnded: Bool)
    /// The request ended with trailers; `workspace.head` is their lines as HTTP/1.1 writes them.
    case trailers(StreamHandle)
    /// The stream is dead: the client reset it, or broke a rule on it and was told so.
    ///
    /// The owner stops the work and releases the stream when it has ended.
    case reset(StreamHandle)
    /// More may be sent: on one stream, or with nil on any.
    case windowOpened(StreamHandle?)
    /// The client will open no more streams.
    case peerGoingAway
    /// The connection is dead: `workspace.output` ends with GOAWAY; the owner sends it and closes.
    case failed
}
