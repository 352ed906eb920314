/// Where secrets are kept by other servers.
public struct RemoteSecretSettings: Sendable {
    /// A secret of AWS Secrets Manager, and how to read it.
    public struct AWS: Sendable {
        /// `SIMPLETUNER_AWS_SECRET_NAME`.
        public let secretName: String
        /// `AWS_DEFAULT_REGION`.
        public let region: String
        /// `AWS_ENDPOINT_URL`; nil for AWS's own.
        public let url: String?
        /// `AWS_ACCESS_KEY_ID` and what belongs to it; secrets.
        public let keyID: String
        public let key: String
        public let sessionToken: String?
    }

    /// A Vault, and how to read it.
    public struct Vault: Sendable {
        /// `VAULT_ADDR`.
        public let url: String
        /// `SIMPLETUNER_VAULT_PATH`.
        public let path: String
        /// `VAULT_TOKEN`; a secret.
        public let token: String
    }

    /// Nil unless the secret's name and a key are set.
    public let aws: AWS?
    /// Nil unless address and token are set.
    public let vault: Vault?

    init(_ values: SettingsValues) {
        if let name = values.text("secrets.aws_name"), let keyID = values.text("secrets.aws_key_id"),
            let key = values.text("secrets.aws_key")
        {
            aws = AWS(
                secretName: name, region: values.text("secrets.aws_region") ?? "", url: values.text("secrets.aws_url"),
                keyID: keyID, key: key, sessionToken: values.text("secrets.aws_session"))
        } else {
            aws = nil
        }
        if let url = values.text("secrets.vault_url"), let token = values.text("secrets.vault_token") {
            vault = Vault(url: url, path: values.text("secrets.vault_path") ?? "", token: token)
        } else {
            vault = nil
        }
    }
}
