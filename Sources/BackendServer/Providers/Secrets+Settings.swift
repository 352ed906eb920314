import Logging
import Providers
import Secrets
import Settings

extension Secrets {
    /// A server that holds secrets is asked for them all at once, and should be near.
    private static let patience = Duration.seconds(5)

    /// The secrets of an installation.
    ///
    /// - Parameters:
    ///   - settings: What the process was told.
    ///   - outbound: The way out to a server, by its circuit breaker's name.
    ///   - logger: Told of servers that cannot be asked.
    convenience init(
        _ settings: BackendSettings, outbound: (_ breaker: String) -> Outbound, logger: Logger
    ) {
        var environment: SecretValues = [:]
        environment[.replicateToken] = settings.replicateToken
        environment[.webhookSecret] = settings.webhookSecret
        environment[.hubToken] = settings.hubToken
        self.init(
            environment: environment, file: SecretFile(folder: settings.paths.root),
            remote: Self.remote(settings.remoteSecrets, outbound, logger))
    }

    /// The names of the circuit breakers of the servers that are set.
    static func breakerNames(_ settings: RemoteSecretSettings) -> [String] {
        (settings.aws == nil ? [] : [awsBreaker]) + (settings.vault == nil ? [] : [vaultBreaker])
    }

    private static let awsBreaker = "aws_secrets"
    private static let vaultBreaker = "vault"

    private static func remote(
        _ settings: RemoteSecretSettings, _ outbound: (_ breaker: String) -> Outbound, _ logger: Logger
    ) -> [RemoteCache] {
        let report: @Sendable (String) -> @Sendable (RemoteProblem) -> Void = { place in
            { logger.warning("secrets could not be read", metadata: ["from": "\(place)", "reason": "\($0.reason)"]) }
        }
        var caches: [RemoteCache] = []
        if let aws = settings.aws {
            let secrets = AWSSecrets(
                secretName: aws.secretName, region: aws.region, url: aws.url,
                credentials: AWSSecrets.Credentials(keyID: aws.keyID, key: aws.key, sessionToken: aws.sessionToken),
                outbound: outbound(awsBreaker), patience: patience)
            caches.append(RemoteCache(.aws, report: report("AWS"), read: secrets.read))
        }
        if let vault = settings.vault {
            let secrets = VaultSecrets(
                url: vault.url, path: vault.path, token: vault.token, outbound: outbound(vaultBreaker),
                patience: patience)
            caches.append(RemoteCache(.vault, report: report("Vault"), read: secrets.read))
        }
        return caches
    }
}
