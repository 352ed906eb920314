/// Walks a chain in its order, a page at a time, and finds the first place where it is broken.
///
///     let chain = HashChain(key: key)
///     var verifier = ChainVerifier(chain, floor: floor)
///     for entry in entries { verifier.check(entry) }
///     let verdict = verifier.finish(head: head)
public struct ChainVerifier: Sendable {
    public enum Flaw: String, Sendable {
        /// A field of the entry, or its hash, is not what was written.
        case altered
        /// Entries before this one are missing.
        case missing
        /// The sequence goes back or stands still.
        case disordered
        /// It does not follow the entry before.
        case unlinked
        /// The chain ends before the entry that the head names.
        case tailCut
        /// There are entries after the one that the head names.
        case beyondHead
        /// The last entry is another than the head names.
        case headDiffers
        case headForged
        case floorForged
        /// Nothing of the trail was made with the chain's key.
        case otherKey
        /// A copy of the head that is kept elsewhere names an entry that is not there: an older database was put back, or
        /// another one.
        case setBack
        case copyForged
    }

    /// Where a chain is broken.
    public struct Break: Equatable, Sendable {
        /// The first entry that cannot be believed; the first missing one where entries are missing.
        public let sequence: Int64
        public let flaw: Flaw
        public let expectedHash: ChainHash?
        public let actualHash: ChainHash?

        public init(sequence: Int64, flaw: Flaw, expectedHash: ChainHash? = nil, actualHash: ChainHash? = nil) {
            self.sequence = sequence
            self.flaw = flaw
            self.expectedHash = expectedHash
            self.actualHash = actualHash
        }
    }

    public struct Verdict: Equatable, Sendable {
        public let checkedCount: Int
        public let firstSequence: Int64?
        public let lastSequence: Int64?
        /// The first break; nil when the chain is whole.
        public private(set) var firstBreak: Break?

        public var isValid: Bool { firstBreak == nil }

        /// The same with a break that only others can see, unless one was found before it.
        public func broken(by other: Break) -> Verdict {
            guard firstBreak.map({ $0.sequence >= other.sequence }) ?? true else { return self }
            var verdict = self
            verdict.firstBreak = other
            return verdict
        }
    }

    private let chain: HashChain
    private var checkedCount = 0
    private var firstSequence: Int64?
    private var last: (sequence: Int64, hash: ChainHash)?
    private var firstBreak: Break?

    /// Verifies from the first entry that is kept.
    ///
    /// - Parameters:
    ///   - chain: The chain.
    ///   - floor: The stored floor, ``HashChain/emptyFloor`` when nothing was removed ever.
    public init(_ chain: HashChain, floor: ChainAnchor) {
        precondition(floor.role == .floor, "a chain begins at its floor")
        self.chain = chain
        last = (floor.sequence, floor.hash)
        if !chain.isSigned(floor) { note(floor.sequence, .floorForged) }
    }

    /// Verifies a part: what the first entry follows is believed, since its own hash covers it.
    public init(partOf chain: HashChain) {
        self.chain = chain
    }

    /// Checks the next entry.
    public mutating func check(_ entry: ChainEntry) {
        checkedCount += 1
        firstSequence = firstSequence ?? entry.sequence
        if let last {
            if entry.sequence > last.sequence + 1 {
                note(last.sequence + 1, .missing)
            } else if entry.sequence <= last.sequence {
                note(entry.sequence, .disordered)
            }
        }
        let hash = chain.hash(of: entry)
        if hash != entry.hash { note(entry.sequence, .altered, expected: hash, actual: entry.hash) }
        if let last, entry.previousHash != last.hash {
            note(entry.sequence, .unlinked, expected: last.hash, actual: entry.previousHash)
        }
        last = (entry.sequence, entry.hash)
    }

    /// Ends the walk.
    ///
    /// - Parameter head: The stored head; nil when the part that was walked ends before the end of the chain.
    /// - Returns: What was found.
    public consuming func finish(head: ChainAnchor?) -> Verdict {
        if let head { check(head: head) }
        return Verdict(
            checkedCount: checkedCount, firstSequence: firstSequence,
            lastSequence: checkedCount > 0 ? last?.sequence : nil, firstBreak: firstBreak)
    }

    private mutating func check(head: ChainAnchor) {
        precondition(head.role == .head, "a chain ends at its head")
        let end = last ?? (0, .genesis)
        if !chain.isSigned(head) {
            note(head.sequence, .headForged)
        } else if end.sequence < head.sequence {
            note(end.sequence + 1, .tailCut)
        } else if end.sequence > head.sequence {
            note(head.sequence + 1, .beyondHead)
        } else if end.hash != head.hash {
            note(head.sequence, .headDiffers, expected: head.hash, actual: end.hash)
        }
    }

    private mutating func note(
        _ sequence: Int64, _ flaw: Flaw, expected: ChainHash? = nil, actual: ChainHash? = nil
    ) {
        firstBreak =
            firstBreak ?? Break(sequence: sequence, flaw: flaw, expectedHash: expected, actualHash: actual)
    }
}
