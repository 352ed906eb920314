import Accounts
import AuditTrail
import HTTPTypes
import Hummingbird
import NetworkAddress

extension AuditEvent {
    /// Takes from a request who asked, and how.
    ///
    /// - Parameters:
    ///   - request: The request; its query, which may hold a secret, stays out.
    ///   - context: Knows the client. A process that reached the socket itself has no address.
    mutating func take(from request: Request, _ context: BackendContext) {
        actor = context.caller.map { String($0.userID) }
        actorName = context.caller?.username
        client = context.clientAddress?.description
        method = EscapedText.escape(
            Array(request.method.rawValue.utf8).span, limit: EscapedText.Limits.method)
        endpoint = EscapedText.escape(Array(request.uri.path.utf8).span, limit: EscapedText.Limits.endpoint)
        userAgent = request.headers[.userAgent].map {
            EscapedText.escape(Array($0.utf8).span, limit: EscapedText.Limits.userAgent)
        }
    }
}
