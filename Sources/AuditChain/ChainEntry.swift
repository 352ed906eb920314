public import AuditTrail

/// An event with its place in the chain.
public struct ChainEntry: Hashable, Sendable {
    /// Counted from 1, without gaps.
    public var sequence: Int64
    public var event: AuditEvent
    /// The hash of the entry before; ``ChainHash/genesis`` for the first.
    public var previousHash: ChainHash
    public var hash: ChainHash

    public init(sequence: Int64, event: AuditEvent, previousHash: ChainHash, hash: ChainHash) {
        self.sequence = sequence
        self.event = event
        self.previousHash = previousHash
        self.hash = hash
    }
}
