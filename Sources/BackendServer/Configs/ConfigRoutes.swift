import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Storage

/// The training configurations that can be submitted by their name, read only, and the consent to upload data.
struct ConfigRoutes: Sendable {
    private static let consentName = "data_consent"
    private static let bodyMax = 4 * 1024 * 1024
    private static let consents = ["ask", "allow", "deny"]

    let configs: ConfigFolder
    let database: JobDatabase

    /// - Parameters:
    ///   - cloud: The group of `/api/cloud`.
    ///   - group: The group of `/api/configs`.
    func add(to cloud: RouterGroup<BackendContext>, _ group: RouterGroup<BackendContext>) {
        cloud.get("available-configs", use: list)
        cloud.get("data-consent/setting", use: consent)
        cloud.put("data-consent/setting", use: setConsent)
        cloud.post("data-consent/preview", use: preview)
        group.get(":name", use: get)
        group.post(":name/validate", use: validate)
    }

    @Sendable private func list(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return Response(["configs": .array(configs.names().map { ["name": .string($0)] }), "active_config": nil])
    }

    @Sendable private func get(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let name = try context.parameters.require("name")
        do {
            return Response(["config": .object(try configs.config(named: name)), "config_name": .string(name)])
        } catch {
            guard case .unreadable = error else { throw Refusal(.notFound, error.sentence(name)) }
            throw Refusal(.unprocessableContent, error.sentence(name))
        }
    }

    @Sendable private func validate(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let name = try context.parameters.require("name")
        do {
            let config = try configs.config(named: name)
            let warnings: [JSONValue] = config.isEmpty ? ["The configuration is empty."] : []
            return Response(["valid": true, "errors": [], "warnings": .array(warnings)])
        } catch {
            return Response(["valid": false, "errors": [.string(error.sentence(name))], "warnings": []])
        }
    }

    @Sendable private func consent(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        return Response(["consent": try await consent()])
    }

    @Sendable private func setConsent(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        let word = try await request.object(upTo: Self.bodyMax, context)["consent"]?.text ?? ""
        guard Self.consents.contains(word) else { throw Refusal(unknown: "consent", word, Self.consents, "values") }
        try await database.setSettings([Self.consentName: .string(word)])
        return Response(["success": true, "consent": .string(word)])
    }

    /// Tells which data sets a job names.
    ///
    /// Their folders are named by the client, so none is opened: what is in there is not told.
    @Sendable private func preview(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.configView)
        let body = try? JSONValue(parsing: try await request.bytes(upTo: Self.bodyMax, context))
        guard let elements = body?.elements, elements.count <= 1000 else {
            throw Refusal(invalid: "dataloader_config", in: "body", "Input should be a list of at most 1000 items")
        }
        let local = elements.filter { $0["instance_data_dir"]?.text?.isEmpty == false }
        return Response([
            "requires_upload": .bool(!local.isEmpty), "consent_mode": try await consent(),
            "datasets": .array(
                local.map {
                    [
                        "id": JSONValue($0["id"]?.text), "type": JSONValue($0["type"]?.text),
                        "instance_data_dir": JSONValue($0["instance_data_dir"]?.text), "file_count": 0,
                        "total_size_mb": .number("0.0"),
                    ]
                }),
            "total_files": 0, "total_size_mb": .number("0.0"),
            "message": "Data sets are not uploaded from here; the provider must reach them.",
        ])
    }

    private func consent() async throws -> JSONValue { try await database.setting(Self.consentName) ?? "ask" }
}
