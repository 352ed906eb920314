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

    /// `POST /api/webhooks/test`.
    func addTest(to group: RouterGroup<BackendContext>) {
        group.post("api/webhooks/test", use: testWebhook)
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
        let members = try await request.object(upTo: Self.bodyMax, context)
        guard let url = members["webhook_url"]?.text else {
            throw Refusal(invalid: "webhook_url", in: "body", "Input should be a valid string")
        }
        let method = members["method"]?.text ?? "direct"
        guard method == "direct" else {
            return Response([
                "success": false, "latency_ms": nil, "status_code": nil, "method": .string(String(method.prefix(64))),
                "error": "Only the method 'direct' is offered.",
            ])
        }
        let seconds = min(max(members["timeout"]?.double ?? 30, 1), 60)
        let result = try await webhooks.test(url, within: .seconds(seconds))
        return Response([
            "success": .bool(result.error == nil), "latency_ms": JSONValue(result.latencyMilliseconds),
            "status_code": result.statusCode.map { JSONValue($0) } ?? .null, "error": JSONValue(result.error),
            "method": "direct",
        ])
    }
}
