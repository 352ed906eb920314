internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Asks an installation whether it serves, until it does.
///
/// It asks through the gateway's own listener, so a yes covers both programs and the socket between them.
struct Readiness: Sendable {
    static let pause: Duration = .milliseconds(25)
    static let answerBytesMax = 64 * 1024

    /// The base of the plain listener.
    let url: String

    /// Returns true once the answer was 200, and false if the task was cancelled before.
    func arrive() async -> Bool {
        var configuration = HTTPClient.Configuration(proxy: nil)
        configuration.connectionPool.retryConnectionEstablishment = false
        let hasArrived = try? await HTTPClient.withHTTPClient(configuration: configuration) { client in
            while !(await isReady(client)) { try await Task.sleep(for: Self.pause) }
            return true
        }
        return hasArrived ?? false
    }

    /// A refused connection is no error here: nobody listens yet.
    private func isReady(_ client: HTTPClient) async -> Bool {
        let request = HTTPClientRequest(url: url + "/api/cloud/health/ready")
        guard let response = try? await client.execute(request, timeout: .seconds(1)) else { return false }
        _ = try? await response.body.collect(upTo: Self.answerBytesMax)
        return response.status == .ok
    }
}
