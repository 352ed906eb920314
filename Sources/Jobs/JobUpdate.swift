import JSON

/// What somebody (a webhook, a poll, a person) has to say about a job.
///
/// Nil says nothing.
public struct JobUpdate: Equatable, Sendable {
    public var externalID: String?
    public var status: JobStatus?
    public var errorMessage: String?
    public var outputURL: String?
    public var startedAt: Timestamp?
    public var completedAt: Timestamp?
    /// The seconds that the provider bills.
    public var billedSeconds: Double?

    public init() {}
}

extension Job {
    /// Applies an update, as far as a job in its state may change.
    ///
    /// The status follows `JobStatus.moves(to:)`. Facts are filled in, never overwritten: of a finished job too, since
    /// the price often comes after the news that it is done. What contradicts its end is not taken.
    ///
    /// - Parameters:
    ///   - update: The news.
    ///   - prices: What a second costs, for the cost of `billedSeconds`.
    ///   - now: The end of a job whose provider names none.
    public mutating func apply(_ update: JobUpdate, prices: HardwarePrices, now: Timestamp) {
        if externalID == nil, let id = update.externalID {
            externalID = id
            metadata["prediction_id"] = .string(id)
        }
        let wasTerminal = status.isTerminal
        if let next = update.status, status.moves(to: next) { move(to: next, update, now: now) }
        guard !wasTerminal || update.status == nil || update.status == status else { return }
        fillIn(update, prices: prices)
    }

    private mutating func move(to next: JobStatus, _ update: JobUpdate, now: Timestamp) {
        status = next
        // What was said about a submission that is now resolved is no longer true.
        errorMessage = nil
        switch next {
        case .queued: queuedAt = now
        case .running: startedAt = update.startedAt ?? startedAt ?? now
        case .completed, .failed, .cancelled: completedAt = update.completedAt ?? now
        case .pending, .uploading: break
        }
    }

    private mutating func fillIn(_ update: JobUpdate, prices: HardwarePrices) {
        startedAt = startedAt ?? update.startedAt
        if status == .completed { outputURL = outputURL ?? update.outputURL }
        if status == .failed { errorMessage = errorMessage ?? update.errorMessage }
        if costUSD == nil, let seconds = update.billedSeconds, let profile = hardwareProfile {
            costUSD = prices.cost(of: profile, seconds: seconds)
        }
    }

    public var hardwareProfile: HardwareProfile? {
        metadata["hardware_profile"]?.text.flatMap { HardwareProfile(rawValue: $0) }
    }
}
