import JSON
public import Jobs
public import Providers
import S3

/// A HashiCorp Vault or OpenBao whose mount `secret` is a key-value store of version 2 or 1.
public struct VaultSecrets: Sendable {
    private let url: String
    private let path: String
    /// A secret.
    private let token: String
    private let outbound: Outbound
    private let patience: Duration

    /// - Parameters:
    ///   - url: `VAULT_ADDR`.
    ///   - path: Where our secrets are below the mount.
    ///   - token: To be let in with.
    ///   - outbound: The way there.
    ///   - patience: For one call.
    public init(url: String, path: String, token: String, outbound: Outbound, patience: Duration) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.path = path.split(separator: "/").map { PercentEncoding.encode(String($0), keepingSlash: false) }
            .joined(separator: "/")
        self.token = token
        self.outbound = outbound
        self.patience = patience
    }

    /// Reads all of them: version 2 first, and version 1 where that has nothing at the place.
    public func read(_ now: Timestamp) async throws(RemoteProblem) -> SecretValues {
        if let document = try await get("/v1/secret/data/\(path)"), let data = document["data"]?["data"] {
            return SecretValues(data)
        }
        return SecretValues(try await get("/v1/secret/\(path)")?["data"])
    }

    private func get(_ path: String) async throws(RemoteProblem) -> JSONValue? {
        let call = OutboundCall(
            method: .get, url: url + path, headers: [.init("X-Vault-Token", token), .init("X-Vault-Request", "true")],
            body: nil)
        let answer: OutboundAnswer
        do throws(OutboundFailure) { answer = try await outbound.send(call, patience) } catch {
            throw RemoteProblem(error.reason)
        }
        switch answer.status {
        case 200: return try? JSONValue(parsing: answer.body)
        // Version 1 has no such place, and a deleted secret of version 2 has none any more.
        case 404: return nil
        // A token may be for one of the two places only.
        case 403 where path.hasPrefix("/v1/secret/data/"): return nil
        default: throw RemoteProblem("it answered \(answer.status)")
        }
    }
}
