import AuditChain
import Storage

/// Which entries of the stored chain are checked next, and what was found so far: a pure machine.
///
///     while let next = walk.next { walk.take(entries(next), floor: …) }
///     let verdict = walk.finish()
struct ChainWalk: Sendable {
    private let chain: HashChain
    private let head: ChainAnchor?
    /// The entry that was checked last, or the one before the first.
    private var position: Int64
    private let last: Int64
    private var verifier: ChainVerifier
    /// What the verifier cannot see: a gap at the beginning or the end of a part.
    private var isFromMiddle: Bool
    private var isEmpty = true
    private var isDone = false
    private var missing: Int64?
    /// Whether the walk ends where the chain does.
    let reachesEnd: Bool

    init(_ chain: HashChain, ends: AuditEnds, part: AuditDesk.Part) {
        self.chain = chain
        let (head, floor) = (ends.head ?? chain.emptyHead, ends.floor ?? chain.emptyFloor)
        // An entry beyond the head is one that must be found.
        let end = max(head.sequence, ends.lastSequence ?? 0)
        let first = part.first ?? 0
        isFromMiddle = first > floor.sequence + 1
        position = isFromMiddle ? first - 1 : floor.sequence
        last = min(part.last ?? end, end)
        // A part behind the end says nothing about it.
        reachesEnd = last == end && position <= end
        self.head = reachesEnd ? head : nil
        verifier = isFromMiddle ? ChainVerifier(partOf: chain) : ChainVerifier(chain, floor: floor)
    }

    /// The entries that are to be read next; nil when the walk is over.
    var next: (after: Int64, through: Int64)? {
        isDone || position >= last ? nil : (position, last)
    }

    /// Checks the next page.
    ///
    /// - Parameters:
    ///   - entries: What was asked for, as many as fit.
    ///   - floor: The floor when they were read; nil for none.
    mutating func take(_ entries: [ChainEntry], floor: ChainAnchor?) {
        if let floor, floor.sequence > position {
            // Retention overtook the walk: what it removed it had verified, and the rest begins at its floor.
            verifier = ChainVerifier(chain, floor: floor)
            isFromMiddle = false
            position = floor.sequence
        }
        for entry in entries where entry.sequence > position {
            if isFromMiddle, entry.sequence > position + 1 { missing = missing ?? position + 1 }
            verifier.check(entry)
            position = entry.sequence
            isEmpty = false
        }
        guard entries.isEmpty else { return }
        if position < last, head == nil || isFromMiddle && isEmpty { missing = missing ?? position + 1 }
        isDone = true
    }

    consuming func finish() -> ChainVerifier.Verdict {
        // Without an entry there is nothing that a head could follow, and what is missing is known already.
        let verdict = verifier.finish(head: isFromMiddle && isEmpty ? nil : head)
        guard let missing else { return verdict }
        return verdict.broken(by: ChainVerifier.Break(sequence: missing, flaw: .missing))
    }
}
