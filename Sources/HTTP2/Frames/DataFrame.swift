/// How the next part of an answer's body is framed.
public struct DataFrame: Sendable {
    /// How many bytes of the payload the frame takes; to be sent right behind the header.
    public let count: Int
    public let header: [9 of UInt8]
    /// Whether this frame ends the stream.
    public let hasEnded: Bool
}
