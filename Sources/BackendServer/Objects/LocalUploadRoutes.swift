import Accounts
import Hummingbird
import JSON

/// Tells pages whether jobs bring their results here, and where that is.
///
/// No keys are among it: each job gets its own with its submission.
struct LocalUploadRoutes: Sendable {
    /// Of the public address; nil while there is none, and then no job can reach us.
    let origin: String?
    let outputs: String
    let isOpen: @Sendable () async throws -> Bool

    func add(to router: some RouterMethods<BackendContext>) {
        router.get("/api/cloud/local-upload/config", use: config)
    }

    @Sendable private func config(_ request: Request, context: BackendContext) async throws -> Response {
        let caller = try context.signedIn()
        let origin = try await isOpen() ? origin : nil
        return Response([
            "enabled": .bool(origin != nil),
            "endpoint_url": JSONValue(origin.map { $0 + StorageCall.prefix }),
            "bucket": "outputs",
            "config_json": .null,
            "outputs_dir": caller.may(.adminConfig) && origin != nil ? .string(outputs) : .null,
        ])
    }
}
