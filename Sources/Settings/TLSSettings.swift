/// Which certificates are served, and whose clients must show one.
public struct TLSSettings: Equatable, Sendable {
    /// A certificate chain and its private key, PEM files.
    public struct Pair: Equatable, Sendable {
        public let chainPath: String
        public let keyPath: String

        public init(chainPath: String, keyPath: String) {
            self.chainPath = chainPath
            self.keyPath = keyPath
        }
    }

    /// A name whose clients must show a certificate that this authority vouches for.
    public struct ClientAuthority: Equatable, Sendable {
        /// The name that a client asks for (SNI).
        public let name: String
        public let caPath: String

        public init(name: String, caPath: String) {
            self.name = name
            self.caPath = caPath
        }
    }

    /// `SIMPLETUNER_SSL_CERT` with `SIMPLETUNER_SSL_KEY`, if set, then `tls.certificates`.
    ///
    /// The first is served to whoever asks for no name or an unknown one. Empty, and no ``folder``: the self-signed
    /// pair, made when it is missing.
    public let pairs: [Pair]
    /// `TUNERGATE_CERT_DIR`: a folder of further pairs, watched.
    public let folder: String?
    /// `TUNERGATE_CLIENT_AUTHORITIES`.
    public let clientAuthorities: [ClientAuthority]

    init(_ values: SettingsValues) {
        var pairs: [Pair] = []
        if let chain = values.text("tls.certificate"), let key = values.text("tls.key") {
            pairs.append(Pair(chainPath: chain, keyPath: key))
        }
        pairs += values.pairs("tls.certificates").map { Pair(chainPath: $0.first, keyPath: $0.second) }
        self.pairs = pairs
        folder = values.text("tls.directory")
        clientAuthorities = values.pairs("tls.client_authorities").map {
            ClientAuthority(name: $0.first, caPath: $0.second)
        }
    }
}
