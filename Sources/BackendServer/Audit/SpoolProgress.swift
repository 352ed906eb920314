import Storage

/// How far each segment of the spool was read, as the database has it too.
struct SpoolProgress: Sendable {
    private var offsets: [Int64: Int] = [:]
    /// Whether the database was asked.
    let isKnown: Bool

    init() { isKnown = false }

    init(_ positions: [AuditPosition]) {
        for position in positions { offsets[position.segment] = position.offset }
        isKnown = true
    }

    func offset(in segment: Int64) -> Int { offsets[segment] ?? 0 }

    mutating func reach(_ segment: Int64, _ offset: Int) { offsets[segment] = offset }

    /// Forgets the segments that are no longer there, and says which: no number is used twice.
    mutating func forget(allBut segments: [Int64]) -> [Int64] {
        let gone = Set(offsets.keys).subtracting(segments).sorted()
        for segment in gone { offsets[segment] = nil }
        return gone
    }
}
