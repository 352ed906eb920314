public import JSON
public import Jobs

/// A prediction as Replicate tells it.
public struct Prediction: Equatable, Sendable {
    public let id: String
    /// Its status, times, output and error.
    public let update: JobUpdate
    /// Where it was told to send events, by the platform and by the trainer inside.
    private let addresses: [String]

    init?(_ document: JSONValue) {
        guard let id = document["id"]?.text, JobID.isPlausible(id) else { return nil }
        self.id = id
        update = JobUpdate(prediction: document)
        addresses = [document["webhook"]?.text, document["input"]?["webhook_config"]?.text].compactMap(\.self)
    }

    /// Whether it was made for a job of ours: its id is in the address that events go to.
    public func isFor(jobID: String) -> Bool {
        addresses.contains { $0.contains("job=" + jobID) }
    }
}

/// What to run, where, and with what.
public struct PredictionOrder: Equatable, Sendable {
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

    public init(
        version: String, config: JSONValue, dataloader: JSONValue, lycoris: JSONValue?, hubModelID: String?,
        hubToken: String? = nil, webhookURL: String?
    ) {
        self.version = version
        self.config = config
        self.dataloader = dataloader
        self.lycoris = lycoris
        self.hubModelID = hubModelID
        self.hubToken = hubToken
        self.webhookURL = webhookURL
    }

    /// The body of `POST /predictions`.
    ///
    /// The model takes its documents as JSON inside strings.
    var document: JSONValue {
        var input: [String: JSONValue] = [
            "config_json": .string(config.jsonText),
            "dataloader_json": .string(dataloader.jsonText),
        ]
        if let lycoris { input["lycoris_json"] = .string(lycoris.jsonText) }
        if let hubModelID { input["hub_model_id"] = .string(hubModelID) }
        if let hubToken { input["hf_token"] = .string(hubToken) }
        var members: [String: JSONValue] = ["version": .string(version)]
        if let webhookURL {
            let trainer: JSONValue = [["url": .string(webhookURL), "events": ["all"]]]
            input["webhook_config"] = .string(trainer.jsonText)
            members["webhook"] = .string(webhookURL)
            members["webhook_events_filter"] = ["start", "completed"]
        }
        members["input"] = .object(input)
        return .object(members)
    }
}
