/// Where a job is in its life.
///
///     pending → uploading → queued → running → completed | failed | cancelled
///
/// A job only walks forward, perhaps skipping steps, and never leaves one of the last three: events arrive late, twice
/// and out of order, and must not revive what is finished.
public enum JobStatus: String, Sendable, CaseIterable {
    case pending, uploading, queued, running
    case completed, failed, cancelled

    /// Reads a status as providers and SimpleTuner spell it; nil for an unknown word, which then changes nothing.
    public init?(spelling: String) {
        switch spelling.lowercased() {
        case "canceled": self = .cancelled
        case "starting": self = .queued
        case "processing": self = .running
        case "succeeded": self = .completed
        case "error": self = .failed
        case let word:
            guard let status = JobStatus(rawValue: word) else { return nil }
            self = status
        }
    }

    public var isTerminal: Bool { rank == Self.terminalRank }

    /// Whether an event that says `next` moves a job that is here.
    public func moves(to next: JobStatus) -> Bool { next.rank > rank }

    private static let terminalRank = 4

    private var rank: Int {
        switch self {
        case .pending: 0
        case .uploading: 1
        case .queued: 2
        case .running: 3
        case .completed, .failed, .cancelled: Self.terminalRank
        }
    }
}
