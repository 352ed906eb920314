import HTTPTypes
import Hummingbird
import Logging
import Providers

/// Writes one line per request and counts it, and gives all lines of a request its id.
///
/// The query stays out: it may hold a signature.
struct AccessLog: RouterMiddleware {
    typealias Context = BackendContext

    private static let pathMax = 512
    private static let idMax = 128

    let statistics: RequestStatistics

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.id = Self.id(of: request) ?? context.id
        context.logger[metadataKey: "request_id"] = .string(context.id)
        let response = try await CorrelationID.$current.withValue(context.id) { [context] in
            try await next(request, context)
        }
        let time = ContinuousClock.now - start
        context.logger.info("request", metadata: Self.metadata(request, response, time))
        statistics.count(
            method: request.method.rawValue, template: context.endpointPath, status: response.status.code, time: time)
        return response
    }

    /// The gateway's id, if it is one.
    private static func id(of request: Request) -> String? {
        guard let id = request.headers[.xRequestID], (1...idMax).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return id
    }

    private static func metadata(_ request: Request, _ response: Response, _ time: Duration) -> Logger.Metadata {
        [
            "method": .string(request.method.rawValue),
            "path": .string(String(request.uri.path.prefix(pathMax))),
            "status": .stringConvertible(response.status.code),
            "duration_ms": .stringConvertible(time.milliseconds),
            "client": .string(request.headers[.xRealIP].map { String($0.prefix(64)) } ?? "socket"),
        ]
    }
}

extension Duration {
    /// Whole microseconds, as milliseconds.
    var milliseconds: Double {
        Double(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000) / 1000
    }
}
