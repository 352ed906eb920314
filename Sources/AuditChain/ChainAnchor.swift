/// A signed statement: at this sequence the chain had this hash.
///
/// The **head** names the last entry, so that cutting the tail is noticed; the **floor** names the last entry that
/// retention removed, so that what is left still verifies. Each says which it is under its signature. An anchor is as
/// old as its copy: keep the head also outside the database, since whoever puts back an older database puts back its head.
public struct ChainAnchor: Hashable, Sendable {
    public enum Role: UInt8, Sendable {
        case head = 1
        case floor = 2
    }

    public let role: Role
    /// 0 where there is no entry yet.
    public let sequence: Int64
    public let hash: ChainHash
    public let signature: ChainHash

    /// Takes what was stored; ``HashChain/isSigned(_:)`` says whether it can be believed.
    public init(role: Role, sequence: Int64, hash: ChainHash, signature: ChainHash) {
        self.role = role
        self.sequence = sequence
        self.hash = hash
        self.signature = signature
    }
}
