import Jobs
import Providers
import Storage

/// What was seen of a provider's list of predictions, from the newest on, and what that proves about a job.
struct PredictionHistory: Sendable {
    /// How far the provider's clock may be behind ours.
    static let marginSeconds: Int64 = 600

    enum Finding: Equatable, Sendable {
        case found(Prediction)
        /// All that was made since it was sent was seen, and each is another's: the provider does not have it.
        case absent
        /// Not all was seen, or not all could be told apart.
        case unknown
    }

    private(set) var predictions: [Prediction] = []
    private var isLegible = true
    private var isWhole = false

    init(_ page: PredictionPage) { append(page) }

    mutating func append(_ page: PredictionPage) {
        predictions += page.predictions
        isLegible = isLegible && page.isLegible
        isWhole = page.isLast
    }

    func prediction(of job: Job) -> Prediction? { predictions.first { $0.isFor(jobID: job.id) } }

    /// Whether older predictions would tell nothing new about a job.
    func answers(_ sought: UnresolvedJob) -> Bool {
        reaches(Self.start(sought)) || prediction(of: sought.job) != nil
    }

    /// - Parameters:
    ///   - sought: The job.
    ///   - known: Ids of predictions that belong to jobs here.
    /// - Returns: What is known about it.
    func finding(of sought: UnresolvedJob, known: Set<String>) -> Finding {
        if let prediction = prediction(of: sought.job) { return .found(prediction) }
        let start = Self.start(sought)
        guard isLegible, reaches(start) else { return .unknown }
        let strangers = predictions.filter { !known.contains($0.id) && $0.createdAt.map { $0 >= start } ?? true }
        return strangers.allSatisfy(\.tellsItsInput) ? .absent : .unknown
    }

    private static func start(_ sought: UnresolvedJob) -> Timestamp {
        sought.sentAt.adding(seconds: -marginSeconds)
    }

    private func reaches(_ time: Timestamp) -> Bool {
        isWhole || predictions.contains { $0.createdAt.map { $0 < time } ?? false }
    }
}
