/// What others can be told by a webhook, by the names that SimpleTuner gives it.
public enum OutgoingEvent: String, CaseIterable, Sendable {
    case submitted = "job.submitted"
    case started = "job.started"
    case completed = "job.completed"
    case failed = "job.failed"
    case cancelled = "job.cancelled"

    /// What it means, in words.
    public var summary: String {
        switch self {
        case .submitted: "A job was submitted"
        case .started: "A job runs at its provider"
        case .completed: "A job came to a good end"
        case .failed: "A job came to a bad end"
        case .cancelled: "A job was stopped before its end"
        }
    }
}
