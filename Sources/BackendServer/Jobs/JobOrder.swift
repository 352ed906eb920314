import Crypto
import HTTPTypes
import JSON

/// What somebody wants trained, and how.
struct JobOrder: Sendable {
    let provider: String
    let config: [String: JSONValue]?
    let configNameToLoad: String?
    let configName: String?
    let dataloader: [JSONValue]
    let webhookURL: String?
    let snapshotName: String?
    let trackerRunName: String?
    let uploadID: String?
    let hardwareProfile: String?
    let idempotencyKey: String?
    /// SHA-256 of the request without its key: two equal requests have the same.
    let hash: [UInt8]

    /// - Parameters:
    ///   - members: The body of the request.
    ///   - provider: From the query.
    ///   - headerKey: From the header `Idempotency-Key`; the body's own key goes first.
    /// - Throws: `Refusal` for a member of the wrong type.
    init(_ members: [String: JSONValue], provider: String, headerKey: String?) throws(Refusal) {
        self.provider = provider
        config = try Self.read("config", of: members, "dictionary", \.members)
        dataloader = try Self.read("dataloader_config", of: members, "list", \.elements) ?? []
        configNameToLoad = try Self.text("config_name_to_load", of: members)
        configName = try Self.text("config_name", of: members)
        webhookURL = try Self.text("webhook_url", of: members)
        snapshotName = try Self.text("snapshot_name", of: members)
        trackerRunName = try Self.text("tracker_run_name", of: members)
        uploadID = try Self.text("upload_id", of: members)
        hardwareProfile = try Self.text("hardware_profile", of: members)
        idempotencyKey = try Self.text("idempotency_key", of: members) ?? headerKey.flatMap { $0.isEmpty ? nil : $0 }
        var content = members
        content["idempotency_key"] = nil
        hash = Array(SHA256.hash(data: Array("\(provider)\n\(JSONValue.object(content).jsonText)".utf8)))
    }

    /// An empty text counts as absent.
    private static func text(_ name: String, of members: [String: JSONValue]) throws(Refusal) -> String? {
        let text = try read(name, of: members, "string", \.text)
        return text?.isEmpty == true ? nil : text
    }

    private static func read<Value>(
        _ name: String, of members: [String: JSONValue], _ type: String, _ value: (JSONValue) -> Value?
    ) throws(Refusal) -> Value? {
        guard let member = members[name], !member.isNull else { return nil }
        guard let value = value(member) else {
            throw Refusal(invalid: name, in: "body", "Input should be a valid \(type)")
        }
        return value
    }
}
