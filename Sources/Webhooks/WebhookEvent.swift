public import JSON
public import Jobs

/// What a webhook says: about which job, and what.
///
/// Two senders are understood: SimpleTuner's own inside the training container (`type`, `job_id`, …), and the platform,
/// which posts its prediction object (`id`, `status`, `output`, …).
public struct WebhookEvent: Equatable, Sendable {
    /// The job as the sender calls it: our id or the provider's.
    public let subject: String
    /// Whether `subject` is the provider's id by the form of the message.
    public let isPrediction: Bool
    public private(set) var update: JobUpdate

    /// Nil for an object that names no job.
    public init?(_ payload: JSONValue) {
        if let type = payload["type"]?.text ?? payload["event_type"]?.text {
            self.init(trainer: payload, type: type)
        } else {
            self.init(prediction: payload)
        }
    }

    private init?(trainer payload: JSONValue, type: String) {
        guard let subject = payload["prediction_id"]?.text ?? payload["job_id"]?.text, JobID.isPlausible(subject)
        else { return nil }
        var update = JobUpdate()
        update.status = Self.status(of: type, payload)
        if type == "failed" || type == "error" {
            update.errorMessage = (payload["error"]?.text ?? payload["message"]?.text).map(JobUpdate.bounded)
        }
        update.outputURL = JobUpdate.outputURL(in: payload["output"])
        self.init(subject: subject, isPrediction: payload["prediction_id"]?.text != nil, update: update)
    }

    private static func status(of type: String, _ payload: JSONValue) -> JobStatus? {
        switch type {
        case "completed", "failed", "error", "canceled", "cancelled": JobStatus(spelling: type)
        case "lifecycle.stage", "training.status": payload["status"]?.text.flatMap { JobStatus(spelling: $0) }
        default: nil
        }
    }

    private init?(prediction payload: JSONValue) {
        guard let subject = payload["id"]?.text, JobID.isPlausible(subject) else { return nil }
        self.init(subject: subject, isPrediction: true, update: JobUpdate(prediction: payload))
    }

    private init(subject: String, isPrediction: Bool, update: JobUpdate) {
        self.subject = subject
        self.isPrediction = isPrediction
        self.update = update
        if isPrediction { self.update.externalID = subject }
    }
}
