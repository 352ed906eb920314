import FoundationEssentials
import Jobs
import Providers
import S3
import Settings

/// Puts, reads and deletes an object by the public address, as a job at the provider would.
struct StorageProbe: Sendable {
    private static let patience = Duration.seconds(10)

    let desk: ProviderDesk
    let tokens: UploadTokens
    /// Where objects are, to leave nothing of the test there.
    let outputs: String

    /// Tries it.
    ///
    /// - Returns: Nil when it works, else a sentence that says at which step it does not.
    /// - Throws: When our own disk fails.
    func problem() async throws -> String? {
        let configuration = try await desk.configuration()
        guard let origin = (desk.settings.publicURL ?? configuration.publicURL)?.origin else {
            return "No public URL is configured. Set SIMPLETUNER_PUBLIC_URL or s3_public_url."
        }
        guard configuration.isStorageEnabled else { return "The storage endpoint is switched off." }
        var randomness = SystemRandomNumberGenerator()
        let job = "probe-" + JobID.make(using: &randomness)
        let nonce = (0..<UploadTokens.nonceBytes).map { _ in UInt8.random(in: .min ... .max, using: &randomness) }
        let token = tokens.token(job: job, nonce: nonce)
        guard desk.probeLimit.enter() else { return WebhookProbe.busy }
        desk.probeGrants.issue(token, UploadGrants.Grant(job: job, nonce: nonce))
        defer {
            desk.probeLimit.leave()
            desk.probeGrants.withdraw(token)
            // Nobody else can have put anything into the bucket: its name is a secret of this test.
            try? FileManager.default.removeItem(atPath: "\(outputs)/\(job)")
        }
        let url = "\(origin)/api/cloud/storage/outputs/probe.txt"
        return await steps(url, token, by: desk.way(configuration))
    }

    private func steps(_ url: String, _ token: String, by way: Outbound) async -> String? {
        let content = Array("probe \(url)".utf8)
        for (method, body) in [(OutboundCall.Method.put, content), (.get, nil), (.delete, nil)] {
            var headers = [OutboundCall.Header("X-Upload-Token", token)]
            if body != nil { headers.append(.init("Content-Type", "text/plain")) }
            do throws(OutboundFailure) {
                let answer = try await way.send(
                    OutboundCall(method: method, url: url, headers: headers, body: body), Self.patience)
                guard (200..<300).contains(answer.status) else {
                    return "\(method.rawValue) was answered HTTP \(answer.status)."
                }
                if method == .get, answer.body != content { return "What was read is not what was put there." }
            } catch {
                return "\(method.rawValue) had no answer: \(error.reason)."
            }
        }
        return nil
    }
}
