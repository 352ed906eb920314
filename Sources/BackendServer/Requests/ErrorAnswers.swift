import HTTPTypes
import Hummingbird
import Jobs
import Logging
import Storage

/// Makes an answer of every error, in one place.
///
/// What is not meant for a client is logged here, once, and told as `internal_error` without a word of its cause.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = BackendContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let answer = answer(error, to: request, context)
            return request.leavesBodyUnread(after: answer.status) ? context.lastAnswer(answer) : answer
        }
    }

    private func answer(_ error: any Error, to request: Request, _ context: Context) -> Response {
        switch error {
        case let refusal as Refusal:
            return refusal.response(from: request, context: context)
        case let error as HTTPError:
            return Refusal(error.status, error.body ?? error.status.reasonPhrase)
                .response(from: request, context: context)
        case let error as any HTTPResponseError:
            return Refusal(error.status, error.status.reasonPhrase).response(from: request, context: context)
        case let error as StorageError where error.reason == .full:
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return Refusal(HTTPResponse.Status(code: 507), code: "insufficient_storage", error.description)
                .response(from: request, context: context)
        case let error as StorageError where error.reason == .notWritten:
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return Refusal(.serviceUnavailable, code: "storage_unavailable", error.description)
                .response(from: request, context: context)
        default:
            context.logger.error("a request failed", metadata: ["error": "\(error)"])
            return Refusal(.internalServerError, code: "internal_error", "Internal server error.")
                .response(from: request, context: context)
        }
    }
}

extension Request {
    /// Whether a refusal leaves a body on its way that is not worth waiting for, or that will never come.
    fileprivate func leavesBodyUnread(after status: HTTPResponse.Status) -> Bool {
        guard headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0" else { return false }
        return headers[.expect] != nil || [.unauthorized, .forbidden, .contentTooLarge].contains(status)
    }
}
