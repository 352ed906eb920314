import JSON
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
        /// All was seen, and each is another's but these, of which nothing tells whose they are.
        case possible([String])
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
    ///   - configuration: Of the provider.
    /// - Returns: What is known about it.
    func finding(
        of sought: UnresolvedJob, known: Set<String>, _ configuration: ProviderConfiguration
    ) -> Finding {
        if let prediction = prediction(of: sought.job) { return .found(prediction) }
        let start = Self.start(sought)
        guard isLegible, reaches(start) else { return .unknown }
        let strangers = predictions.filter { !known.contains($0.id) && $0.createdAt.map { $0 >= start } ?? true }
        guard strangers.allSatisfy(\.tellsItsInput) else { return .unknown }
        // A job that events are sent for has its address in its prediction, whatever became of the mark.
        guard sought.job.metadata["webhook_url"] == nil else { return .absent }
        let possible = strangers.filter { !$0.isSigned && configuration.mayRun(sought.job, as: $0.model) }
        return possible.isEmpty ? .absent : .possible(possible.map(\.id))
    }

    private static func start(_ sought: UnresolvedJob) -> Timestamp {
        sought.sentAt.adding(seconds: -marginSeconds)
    }

    private func reaches(_ time: Timestamp) -> Bool {
        isWhole || predictions.contains { $0.createdAt.map { $0 < time } ?? false }
    }
}

extension ProviderConfiguration {
    fileprivate func mayRun(_ job: Job, as model: String?) -> Bool {
        guard let model else { return true }
        return job.metadata["model"]?.text == model || versionOverride?.hasPrefix(model + ":") == true
    }
}

extension PredictionHistory.Finding {
    /// How long a job may be on its way, in seconds.
    private static let arrivalSeconds = 600.0
    /// How long it is looked for in a list that does not tell, in seconds.
    private static let doubtSeconds = 3600.0

    /// Why a job whose answer was lost ends now: without an end it would hold its place and its money for ever.
    ///
    /// - Parameter seconds: Since it was sent.
    /// - Returns: A sentence for whoever submitted it; nil when it is to be looked for again.
    func end(after seconds: Double) -> String? {
        switch self {
        case .found: nil
        case .absent where seconds >= Self.arrivalSeconds:
            "The provider never received the job: what was started there since then is something else. Try it again."
        case .possible(let ids) where seconds >= Self.arrivalSeconds:
            "The provider's answer was lost. The job may be the prediction \(ids.prefix(5).joined(separator: ", "));"
                + " look at the provider, and stop it there if it is."
        case .unknown where seconds >= Self.doubtSeconds:
            "The provider's answer was lost, and its list did not tell in an hour whether the job runs there."
                + " Look at the provider before you try it again."
        case .absent, .possible, .unknown: nil
        }
    }
}
