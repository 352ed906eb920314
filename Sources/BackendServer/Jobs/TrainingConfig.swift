import JSON
import Settings

/// The configuration of a training run: SimpleTuner's options, with or without `--` before their names.
struct TrainingConfig: Sendable {
    private(set) var options: [String: JSONValue]

    init(_ options: [String: JSONValue]) { self.options = options }

    subscript(name: String) -> JSONValue? { options[name] ?? options["--" + name] }

    /// Whether it says itself where its results go; then they are left to go there.
    var publishesElsewhere: Bool {
        let isPushed = self["push_to_hub"].map { $0 == true || $0.text?.lowercased() == "true" } ?? false
        let publishing = self["publishing_config"] ?? .null
        let isEmpty = publishing.isNull || publishing == [] || publishing == [:] || publishing.text == ""
        return isPushed || !isEmpty
    }

    var hubModelID: String? { self["hub_model_id"]?.text }
    var trackerRunName: String? { self["tracker_run_name"]?.text }

    /// Has the results published to this installation.
    mutating func publish(to origin: PublicURL, token: String, secret: String) {
        options["--publishing_config"] = nil
        options["publishing_config"] = [
            [
                "provider": "s3",
                "bucket": "outputs",
                "endpoint_url": .string(origin.origin + "/api/cloud/storage"),
                "access_key": .string(token),
                "secret_key": .string(secret),
                "use_ssl": .bool(origin.origin.hasPrefix("https://")),
            ]
        ]
    }
}
