/// What one step of any connection needs and none keeps.
///
/// One per worker, handed to each call, so that an idle connection owns no buffer and a request costs no allocation.
public struct Workspace: Sendable {
    /// Frames to send; the owner takes them out after each call or turn, but not within a head that is open.
    public var output: [UInt8] = []
    /// The head or the trailers that the last event speaks of.
    public internal(set) var head: [UInt8] = []
    /// From which the next tunnel's `Sec-WebSocket-Key` is made.
    ///
    /// Random, set by the owner before the first call and again after each tunnel's head.
    public var tunnelEntropy = [16 of UInt8](repeating: 0)

    let phrases = HeadPhrases()
    var section = HPACK.FieldSection()
    /// Where the head that is being written begins in the output.
    var headStart = 0

    public init() {}
}
