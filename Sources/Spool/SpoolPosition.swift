/// A place in a spool: how far a segment has been read.
///
/// The reader's process keeps one for each segment, in the transaction that keeps what it read.
public struct SpoolPosition: Hashable, Sendable {
    /// The segment's number.
    public let segment: Int64
    /// In bytes; 0, or behind the end of a line.
    public let offset: Int

    public init(segment: Int64, offset: Int) {
        self.segment = segment
        self.offset = offset
    }
}
