import Accounts
import AuditTrail
import Hummingbird
import NetworkAddress

extension AuditDesk {
    /// Writes down what a request did, and returns when it is on the disk; see ``record(_:)``.
    ///
    /// - Parameters:
    ///   - type: What it did.
    ///   - kind: What it was done to: `job`, `provider`.
    ///   - target: Which one of them.
    ///   - details: More about it; never a secret.
    ///   - request: The request.
    ///   - context: Knows the client.
    func record(
        _ type: AuditEventType, on kind: String, _ target: String, _ details: [String: String] = [:],
        by request: Request, _ context: BackendContext
    ) async {
        var event = event(type)
        event.take(from: request, context)
        (event.targetType, event.target, event.details) = (kind, target, details)
        await record(event)
    }

    /// Writes down a refusal that a request met; equal ones of a client become one with a count.
    ///
    /// - Parameters:
    ///   - event: What is written down.
    ///   - account: Whose account it is about; of different ones they are not equal.
    ///   - context: Knows the client.
    func recordRefusal(_ event: AuditEvent, about account: Int64?, of context: BackendContext) async {
        let client = context.clientAddress ?? ClientIdentity.unknown
        await recordRefusal(
            event,
            key: EventCoalescer.Key(client: client.limitKey(), route: Int(account ?? 0)),
            traits: EventCoalescer.Traits(
                client: client, endpoint: event.endpoint.hashValue, userAgent: event.userAgent.hashValue))
    }

    /// Writes down that somebody gave a wrong password.
    ///
    /// - Parameters:
    ///   - refusal: What they were told.
    ///   - account: Whose password was tried; nil for a name that nobody has. That may be a password which was typed in the
    ///     wrong field, so it is not kept.
    ///   - username: Of that account.
    ///   - request: The request.
    ///   - context: Knows the client.
    func record(
        loginRefused refusal: Refusal, for account: Int64?, named username: String?, by request: Request,
        _ context: BackendContext
    ) async {
        var event = event(.loginFailed)
        event.take(from: request, context)
        (event.targetType, event.target) = ("user", account.map { String($0) })
        event.details["username"] = username
        event.details["reason"] = refusal.status == .tooManyRequests ? "too many tries" : "wrong password"
        await recordRefusal(event, about: account, of: context)
    }

    /// Writes down what was done to an account.
    func record(
        _ type: AuditEventType, _ account: Account, _ details: [String: String] = [:], by request: Request,
        _ context: BackendContext
    ) async {
        var details = details
        details["username"] = account.username
        await record(type, on: "user", String(account.id), details, by: request, context)
    }
}
