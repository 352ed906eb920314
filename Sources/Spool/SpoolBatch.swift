/// What one reading of a segment gave.
public struct SpoolBatch: Equatable, Sendable {
    /// Complete lines without their ends, in the order they were written; what is in them is for the caller to judge.
    public internal(set) var records: [[UInt8]] = []
    /// Where the next reading begins, to be kept together with the records.
    public internal(set) var end: SpoolPosition
    /// Nothing more will come, and nothing is left: ``SpoolReader/remove(_:)`` may follow.
    public internal(set) var isFinished = false
    /// Bytes behind the last complete line of a finished segment: of a record whose writer died, and never said it was safe.
    public internal(set) var tornBytes = 0
    /// Bytes of lines too long to be records, which are passed over.
    public internal(set) var skippedBytes = 0
}
