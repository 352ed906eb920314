public import AuditTrail
internal import Crypto

/// Ties each audit event to all before it, under a key that the database does not hold.
///
/// An entry's hash is the HMAC-SHA256 of the canonical encoding of all its fields and the previous hash. Whoever can write
/// to the database but does not have the key can neither change, remove, insert nor reorder an entry, nor cut the tail,
/// without its being found. It stores nothing: entries and anchors go to the database in one transaction, by one writer.
public struct HashChain: Sendable {
    public static let keyBytesMin = 32
    private let key: SymmetricKey

    /// - Parameter key: At least 32 secret bytes.
    public init(key: [UInt8]) {
        precondition(key.count >= Self.keyBytesMin, "the audit key is shorter than the hash it makes")
        self.key = SymmetricKey(data: key)
    }

    /// The head of a chain without entries.
    public var emptyHead: ChainAnchor { anchor(.head, sequence: 0, hash: .genesis) }

    /// The floor of a chain from which nothing was removed.
    public var emptyFloor: ChainAnchor { anchor(.floor, sequence: 0, hash: .genesis) }

    /// Makes the next entry.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - head: The head so far; it is moved to the new entry.
    /// - Returns: The entry, to be stored together with the head.
    public func append(_ event: AuditEvent, to head: inout ChainAnchor) -> ChainEntry {
        precondition(head.role == .head, "entries are appended to the head")
        let entry = entry(event, after: head.sequence, head.hash)
        head = anchor(.head, sequence: entry.sequence, hash: entry.hash)
        return entry
    }

    /// Makes the next entries; the head is signed once.
    public func append(_ events: some Sequence<AuditEvent>, to head: inout ChainAnchor) -> [ChainEntry] {
        precondition(head.role == .head, "entries are appended to the head")
        var (sequence, hash) = (head.sequence, head.hash)
        let entries = events.map { event in
            let entry = entry(event, after: sequence, hash)
            (sequence, hash) = (entry.sequence, entry.hash)
            return entry
        }
        head = anchor(.head, sequence: sequence, hash: hash)
        return entries
    }

    /// The floor to be stored when an entry and all before it are removed.
    ///
    /// - Parameter entry: The last one to be removed, which the caller has verified: what is gone cannot be checked later.
    /// - Returns: The floor that replaces the one before.
    public func floor(removingThrough entry: ChainEntry) -> ChainAnchor {
        anchor(.floor, sequence: entry.sequence, hash: entry.hash)
    }

    /// Whether an anchor was signed with this chain's key.
    public func isSigned(_ anchor: ChainAnchor) -> Bool {
        let encoding = CanonicalEncoding(anchor: anchor.role, sequence: anchor.sequence, hash: anchor.hash)
        return HMAC<SHA256>.isValidAuthenticationCode(
            anchor.signature.bytes, authenticating: encoding.bytes, using: key)
    }

    /// Whether an entry is one of this chain's, as it was written.
    public func isOwn(_ entry: ChainEntry) -> Bool { hash(of: entry) == entry.hash }

    /// The hash that an entry should have.
    func hash(of entry: ChainEntry) -> ChainHash {
        authenticate(
            CanonicalEncoding(entry.event, sequence: entry.sequence, previousHash: entry.previousHash))
    }

    private func entry(_ event: AuditEvent, after sequence: Int64, _ previousHash: ChainHash) -> ChainEntry {
        let next = sequence + 1
        let encoding = CanonicalEncoding(event, sequence: next, previousHash: previousHash)
        return ChainEntry(
            sequence: next, event: event, previousHash: previousHash, hash: authenticate(encoding))
    }

    private func anchor(_ role: ChainAnchor.Role, sequence: Int64, hash: ChainHash) -> ChainAnchor {
        let signature = authenticate(CanonicalEncoding(anchor: role, sequence: sequence, hash: hash))
        return ChainAnchor(role: role, sequence: sequence, hash: hash, signature: signature)
    }

    private func authenticate(_ encoding: CanonicalEncoding) -> ChainHash {
        ChainHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: encoding.bytes, using: key)))
    }
}
