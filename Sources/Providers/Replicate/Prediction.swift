public import JSON
public import Jobs

/// A prediction as Replicate tells it.
public struct Prediction: Equatable, Sendable {
    public let id: String
    /// By Replicate's clock; nil when it does not say.
    public let createdAt: Timestamp?
    /// `owner/model`; nil when it does not say.
    public let model: String?
    /// Its status, times, output and error.
    public let update: JobUpdate
    /// The end of what it printed, at most `logBytesMax` bytes; empty when it printed nothing.
    public let logs: String
    public static let logBytesMax = 256 * 1024
    /// Where it was told to send events, by the platform and by the trainer inside.
    private let addresses: [String]
    /// The job that its order was marked with.
    private let mark: String?
    /// Whether it tells with what it was started, so that it can be told from another's.
    ///
    /// Replicate forgets that of predictions that are over, after about an hour.
    public let tellsItsInput: Bool

    init?(_ document: JSONValue) {
        guard let id = document["id"]?.text, JobID.isPlausible(id) else { return nil }
        self.id = id
        createdAt = document["created_at"]?.text.flatMap { Timestamp(iso8601: $0) }
        model = document["model"]?.text
        mark = document["input"]?["dataloader_json"]?.text.flatMap(OrderMark.jobID(in:))
        update = JobUpdate(prediction: document)
        let text = document["logs"]?.text ?? ""
        logs =
            text.utf8.count <= Self.logBytesMax
            ? text : String(decoding: text.utf8.suffix(Self.logBytesMax), as: UTF8.self)
        addresses = [document["webhook"]?.text, document["input"]?["webhook_config"]?.text].compactMap(\.self)
        tellsItsInput = !addresses.isEmpty || document["input"]?.members?.isEmpty == false
    }

    /// Whether it was made for a job of ours: its id is in the address that events go to, or in the order itself.
    public func isFor(jobID: String) -> Bool {
        mark == jobID || addresses.contains { $0.contains("job=" + jobID) }
    }

    /// Whether something in it tells whose it is.
    public var isSigned: Bool { mark != nil || !addresses.isEmpty }
}

/// A part of the list of predictions, the newest first.
public struct PredictionPage: Equatable, Sendable {
    public let predictions: [Prediction]
    /// Whether each of its entries could be read.
    public let isLegible: Bool
    /// Where older ones are; nil behind the last.
    let next: String?

    public var isLast: Bool { next == nil }

    init?(_ document: JSONValue) {
        guard let results = document["results"]?.elements else { return nil }
        predictions = results.compactMap(Prediction.init)
        isLegible = predictions.count == results.count
        next = document["next"]?.text
    }
}

/// What to run, where, and with what.
public struct PredictionOrder: Equatable, Sendable {
    /// The job that it is marked with; nil for no mark.
    public let jobID: String?
    /// `owner/model:hash`.
    public let version: String
    public let config: JSONValue
    public let dataloader: JSONValue
    public let lycoris: JSONValue?
    public let hubModelID: String?
    /// A secret, for a model that is published on the Hub.
    public let hubToken: String?
    /// Where events go to; nil where nobody can reach us, and then only polling tells what happens.
    public let webhookURL: String?
    /// What the trainer inside shows with its own events, which it cannot sign.
    ///
    /// A secret.
    public let webhookToken: String?

    public init(
        jobID: String? = nil, version: String, config: JSONValue, dataloader: JSONValue, lycoris: JSONValue?,
        hubModelID: String?,
        hubToken: String? = nil, webhookURL: String?, webhookToken: String? = nil
    ) {
        self.jobID = jobID
        self.version = version
        self.config = config
        self.dataloader = dataloader
        self.lycoris = lycoris
        self.hubModelID = hubModelID
        self.hubToken = hubToken
        self.webhookURL = webhookURL
        self.webhookToken = webhookToken
    }

    /// The body of `POST /predictions`.
    ///
    /// The model takes its documents as JSON inside strings.
    var document: JSONValue {
        var input: [String: JSONValue] = [
            "config_json": .string(config.jsonText),
            "dataloader_json": .string(dataloader.jsonText + (jobID.map(OrderMark.blanks) ?? "")),
        ]
        if let lycoris { input["lycoris_json"] = .string(lycoris.jsonText) }
        if let hubModelID { input["hub_model_id"] = .string(hubModelID) }
        if let hubToken { input["hf_token"] = .string(hubToken) }
        var members: [String: JSONValue] = ["version": .string(version)]
        if let webhookURL {
            var trainer: [String: JSONValue] = ["url": .string(webhookURL), "events": ["all"]]
            trainer["auth_token"] = webhookToken.map { .string($0) }
            input["webhook_config"] = .string(JSONValue.array([.object(trainer)]).jsonText)
            members["webhook"] = .string(webhookURL)
            members["webhook_events_filter"] = ["start", "completed"]
        }
        members["input"] = .object(input)
        return .object(members)
    }
}
