import JSON
import Jobs
import Providers
import Settings

/// Posts a test event to an address and tells what became of it; never what was answered, which may be somebody else's.
struct WebhookProbe: Sendable {
    static let patience = Duration.seconds(10)
    static let busy = "Other tests are under way. Try again in a moment."

    let desk: ProviderDesk

    struct Result: Equatable {
        var statusCode: Int?
        var latencyMilliseconds: Double?
        /// Nil when the address took it.
        var error: String?
    }

    /// Tries an address.
    ///
    /// - Parameters:
    ///   - url: Where to.
    ///   - limit: How long that may take.
    /// - Returns: What became of it.
    /// - Throws: When our own disk fails.
    func test(_ url: String, within limit: Duration = patience) async throws -> Result {
        guard desk.probeLimit.enter() else { return Result(error: Self.busy) }
        defer { desk.probeLimit.leave() }
        return switch try await desk.way(toTarget: url) {
        case .refused(let reason): Result(error: reason)
        case .open(let way): await post(to: url, by: way, limit)
        }
    }

    private func post(to url: String, by way: Outbound, _ limit: Duration) async -> Result {
        let event: JSONValue = [
            "event_type": "test.connection", "job_id": "test-webhook-connection",
            "message": "SimpleTuner webhook connection test", "timestamp": .string(desk.clock().description),
        ]
        let call = OutboundCall(
            method: .post, url: url,
            headers: [.init("Content-Type", "application/json"), .init("X-SimpleTuner-Test", "true")],
            body: event.jsonBytes)
        let start = desk.pacing.now()
        do throws(OutboundFailure) {
            let answer = try await way.send(call, limit)
            let latency = (desk.pacing.now() - start).milliseconds
            guard (200..<300).contains(answer.status) else {
                return Result(
                    statusCode: answer.status, latencyMilliseconds: latency, error: "It answered HTTP \(answer.status)")
            }
            return Result(statusCode: answer.status, latencyMilliseconds: latency)
        } catch {
            return Result(error: "The webhook URL cannot be reached: \(error.reason)")
        }
    }
}
