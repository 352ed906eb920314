/// One stream of a connection, from its ``Event/head(_:hasEnded:isTunnel:)`` to its release.
///
/// A handle that is kept for longer does no harm: what is asked of a released stream has no effect.
public struct StreamHandle: Equatable, Sendable {
    public let id: UInt32
    /// An index below `limits.streams`, for the owner's own array; used again after the release.
    public let slot: Int
}
