/// What must be remembered of a stream, from its head to its release.
///
///     open ─request ended→ half-closed (remote) ─┐
///       └─ answer ended → half-closed (local) ───┴→ closed ─release→ (slot free)
///       └────────────── reset, by either side ─────↑
struct StreamRecord: Sendable {
    /// False once both sides ended, or either reset the stream: nothing is sent or taken any more.
    var isAlive = true
    /// The client sent its end.
    var requestHasEnded: Bool
    /// We sent ours.
    var answerHasEnded = false
    var isTunnel = false
    /// What we may send; less than nothing after the client made it smaller (RFC 9113, section 6.9.2).
    var sendWindow: Int
    var receiveWindow: FlowWindow
    /// Payload that the owner was given and has not consumed.
    var held = 0
    /// What is missing of the length that the head told; nil if it told none.
    var bodyLeft: Int?
}
