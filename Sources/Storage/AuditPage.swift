public import AuditChain

/// Some of the audit entries that a query asks for, newest first, and how many there are.
public struct AuditPage: Equatable, Sendable {
    public let entries: [ChainEntry]
    public let total: Int
}

/// What the audit trail holds, in numbers.
public struct AuditStatistics: Equatable, Sendable {
    public let total: Int
    /// Entries by the stored name of their type.
    public let byType: [String: Int]
    /// Entries of the time asked for.
    public let recent: Int
    /// When the first and the last that are kept happened, in milliseconds since 1970-01-01T00:00:00Z.
    public let firstMilliseconds: Int64?
    public let lastMilliseconds: Int64?
}

/// The two ends of the stored chain, read at one moment.
public struct AuditEnds: Equatable, Sendable {
    /// Nil when none is stored: before the first entry, or because somebody removed it.
    public let head: ChainAnchor?
    public let floor: ChainAnchor?
    /// The greatest sequence of all entries; nil without any.
    public let lastSequence: Int64?

    /// Why a chain cannot go on from them; nil when it can.
    public func fault(of chain: HashChain) -> AuditFault? {
        guard let head else { return lastSequence == nil && floor == nil ? nil : .headMissing }
        return chain.isSigned(head) ? nil : .headForged
    }
}

/// A place in the gateway's spool, up to which everything is in the audit trail.
public struct AuditPosition: Equatable, Sendable {
    public let segment: Int64
    /// In bytes.
    public let offset: Int

    public init(segment: Int64, offset: Int) {
        self.segment = segment
        self.offset = offset
    }
}

/// What a transaction added to the audit trail.
public struct AuditReceipt: Equatable, Sendable {
    public let head: ChainAnchor
    public let added: Int
    /// Events that were there before, and are there once.
    public let repeated: Int
}

/// Why nothing can be added to the audit trail.
///
/// An entry chained to what cannot be believed would make a forgery look like history. So nothing is: the gateway's
/// events wait in its spool until somebody has looked.
public enum AuditFault: Error, Equatable {
    /// There are entries or a floor, but no head.
    case headMissing
    /// The head was not signed with the key that the program has.
    case headForged
}
