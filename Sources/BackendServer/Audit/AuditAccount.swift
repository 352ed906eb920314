import AuditChain

/// What became of the events that this process was to write down, and whether it can go on.
struct AuditAccount: Sendable {
    /// Entries that were added since the start.
    private(set) var added = 0
    /// Events that came again and have one entry.
    private(set) var repeated = 0
    /// Lines of the spool that are no events.
    private(set) var malformed = 0
    /// Refusals that were more than the trail keeps.
    var refusalsNotKept = 0
    /// Attempts that failed; the spool's events wait, our own are lost.
    private(set) var failures = 0
    /// How old the oldest event of the last group from the spool was when it was on the disk.
    private(set) var lagSeconds = 0.0
    /// Whether the last attempt failed.
    private(set) var isFailing = false
    /// The chain has no head that can be believed: nothing is added until somebody has looked.
    private(set) var isHalted = false
    /// The database is older than the copy of its head, or another one.
    var isSetBack = false
    /// The last head that is known to be on the disk.
    private(set) var head: ChainAnchor?

    mutating func took(added: Int, repeated: Int, head: ChainAnchor) {
        self.added += added
        self.repeated += repeated
        if head.sequence >= self.head?.sequence ?? 0 { self.head = head }
        isFailing = false
        isHalted = false
    }

    /// Notes that a round over the spool found nothing wrong, with or without an event to add.
    ///
    /// A chain that was halted goes on when an entry was added, not before.
    mutating func wentWell() {
        if !isHalted { isFailing = false }
    }

    mutating func ingested(oldest seconds: Double, malformed: Int) {
        lagSeconds = max(0, seconds)
        self.malformed += malformed
    }

    /// Notes a failure.
    ///
    /// - Returns: Whether the attempt before had not failed, so that a full disk is one line of the log.
    mutating func failed(halted: Bool) -> Bool {
        let isFirst = !isFailing
        failures += 1
        isFailing = true
        isHalted = halted
        return isFirst
    }
}
