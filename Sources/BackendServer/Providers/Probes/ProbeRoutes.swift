import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Providers

/// The routes that try whether the world reaches us, and whether we reach an address.
struct ProbeRoutes: Sendable {
    private static let bodyMax = 64 * 1024

    let webhooks: WebhookProbe
    let storage: StorageProbe

    /// Below `/api/cloud/providers`.
    func add(to group: RouterGroup<BackendContext>) {
        group.post(":provider/test-webhook", use: testConfiguredWebhook)
        group.post(":provider/test-s3", use: testStorage)
    }

    /// `POST /api/webhooks/test`, and by the path that SimpleTuner's web page asks.
    ///
    /// Where providers post their events at the same place, so no provider can be called `test`.
    func addTest(to group: RouterGroup<BackendContext>) {
        group.post("api/webhooks/test", use: testWebhook)
        group.post("api/cloud/webhook/test", use: testWebhook)
    }

    @Sendable private func testConfiguredWebhook(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        _ = try ProviderName(path: try context.parameters.require("provider"))
        guard let url = try await webhooks.desk.configuration().webhookURL else {
            return Self.answer(
                "No webhook URL configured", error: "Configure a webhook URL in provider settings first")
        }
        let result = try await webhooks.test(url)
        return Self.answer(
            result.error == nil ? "Webhook URL is reachable" : "Webhook test failed", error: result.error,
            latency: result.latencyMilliseconds)
    }

    @Sendable private func testStorage(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.adminConfig)
        _ = try ProviderName(path: try context.parameters.require("provider"))
        let start = storage.desk.pacing.now()
        let problem = try await storage.problem()
        return Self.answer(
            problem == nil ? "Storage endpoint works" : "Storage test failed", error: problem,
            latency: problem == nil ? (storage.desk.pacing.now() - start).milliseconds : nil)
    }

    private static func answer(_ message: String, error: String?, latency: Double? = nil) -> Response {
        Response([
            "success": .bool(error == nil), "message": .string(message), "latency_ms": JSONValue(latency),
            "error": JSONValue(error),
        ])
    }

    @Sendable private func testWebhook(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobSubmit)
        let body = try await request.json(upTo: Self.bodyMax, context)
        guard let members = body.isNull ? [:] : body.members else {
            throw Refusal(.unprocessableContent, "The body must be a JSON object.")
        }
        let method = members["method"]?.text ?? "direct"
        guard method == "direct" else {
            return Self.answer(
                WebhookProbe.Result(error: "Only the method 'direct' is offered."), by: String(method.prefix(64)))
        }
        guard let url = try await address(members["webhook_url"] ?? .null, context) else {
            return Self.answer(WebhookProbe.Result(error: "Configure a webhook URL in provider settings first"))
        }
        let seconds = min(max(members["timeout"]?.double ?? 30, 1), 60)
        return Self.answer(try await webhooks.test(url, within: .seconds(seconds)))
    }

    /// The address to test: the one that is asked for, else the configured one.
    ///
    /// - Returns: Nil when none is asked for and none configured.
    /// - Throws: ``Refusal``: the configured one is for those who may configure, as in its own test.
    private func address(_ asked: JSONValue, _ context: BackendContext) async throws -> String? {
        if asked.isNull || asked.text == "" {
            try context.require(.adminConfig)
            return try await webhooks.desk.configuration().webhookURL
        }
        guard let url = asked.text else {
            throw Refusal(invalid: "webhook_url", in: "body", "Input should be a valid string")
        }
        return url
    }

    private static func answer(_ result: WebhookProbe.Result, by method: String = "direct") -> Response {
        Response([
            "success": .bool(result.error == nil), "latency_ms": JSONValue(result.latencyMilliseconds),
            "status_code": result.statusCode.map { JSONValue($0) } ?? .null, "error": JSONValue(result.error),
            "method": .string(method),
        ])
    }
}
