import JSON
import Jobs
import Providers
import Settings

/// Posts a test event to an address and tells what became of it; never what was answered, which may be somebody else's.
struct WebhookProbe: Sendable {
    static let patience = Duration.seconds(10)

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
        guard WebAddress.isValid(url), let target = WebOrigin(url) else {
            return Result(error: "The webhook URL must begin with http:// or https:// and hold no login.")
        }
        let configuration = try await desk.configuration()
        let addresses = await desk.resolver.addresses(target.host)
        switch rule(configuration).decide(target, addresses: addresses) {
        case .refused(let reason):
            return Result(error: reason)
        case .allowed(let pinned):
            return await post(to: url, by: desk.way(configuration, pinning: pinned), limit)
        }
    }

    private func rule(_ configuration: ProviderConfiguration) -> TargetRule {
        let own = [desk.settings.publicURL, configuration.publicURL].compactMap { $0.flatMap { WebOrigin($0.origin) } }
        return TargetRule(own: own, allowed: desk.privateTargets)
    }

    private func post(to url: String, by way: Outbound, _ limit: Duration) async -> Result {
        let event: JSONValue = [
            "event_type": "test.connection", "job_id": "test-webhook-connection",
            "message": "SimpleTuner webhook connection test", "timestamp": .string(desk.clock().description),
        ]
        let call = OutboundCall(
            method: .post, url: url,
            headers: [.init("Content-Type", "application/json"), .init("X-SimpleTuner-Test", "true")],
            body: Array(event.jsonText.utf8))
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
