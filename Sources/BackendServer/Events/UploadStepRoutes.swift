import Accounts
import HTTPTypes
import Hummingbird
import JSON
import Jobs
import ServiceLifecycle

/// How far an upload is, told twice a second until it is over.
struct UploadStepRoutes: Sendable {
    private static let pause = Duration.milliseconds(500)
    /// An hour of looks; a page that wants more asks again.
    private static let looksMax = 7200

    let steps: UploadSteps
    /// How many looks an unknown upload gets before the answer is that there is none: a page listens before it submits.
    var unknownLooksMax = 60

    func add(to router: some RouterMethods<BackendContext>) {
        router.get("/api/webhooks/upload/progress/:upload", use: follow)
    }

    @Sendable private func follow(_ request: Request, context: BackendContext) async throws -> Response {
        try context.require(.jobViewOwn)
        let upload = try context.parameters.require("upload")
        var looks = 0
        while steps.step(of: upload) == nil {
            looks += 1
            guard looks < unknownLooksMax, !Task.isShuttingDownGracefully else {
                throw Refusal(.notFound, "There is no such upload.")
            }
            try await Task.sleep(for: Self.pause)
        }
        return Response(eventStreamFor: request, of: context) { client, writer in
            for _ in 0..<Self.looksMax {
                guard let step = steps.step(of: upload) else { return }
                try await writer.write("data: \(step.document.jsonText)\n\n")
                if step.isDone || client.isGone || Task.isShuttingDownGracefully { return }
                try await Task.sleep(for: Self.pause)
            }
        }
    }
}
