import Logging
import NetworkAddress
import Settings
import TLSSession

/// Finds the certificate to serve: the one that the settings name, or a self-signed one.
///
/// That is made on first use, and again when the installation got a name that it does not have.
struct CertificateStore {
    let settings: GatewaySettings
    let logger: Logger

    init(settings: GatewaySettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    func load() throws(StartError) -> TLSContext {
        do {
            if let certificate = settings.certificate {
                return try TLSContext(chainPath: certificate.chainPath, keyPath: certificate.keyPath)
            }
            let chain = settings.paths.selfSignedCertificate
            let key = settings.paths.selfSignedKey
            if !SelfSignedCertificate.exists(chainPath: chain, names: names) {
                try SelfSignedCertificate.make(names: names, chainPath: chain, keyPath: key)
                logger.warning(
                    "Made a self-signed certificate; clients must be told to trust it", metadata: ["path": "\(chain)"]
                )
            }
            if settings.publicHost != nil {
                logger.warning(
                    "The certificate is self-signed: a provider will not trust it. Set SIMPLETUNER_SSL_CERT and _KEY."
                )
            }
            return try TLSContext(chainPath: chain, keyPath: key)
        } catch {
            throw StartError(error.description)
        }
    }

    private var names: [SelfSignedCertificate.Name] {
        let fixed: [SelfSignedCertificate.Name] = [.dns("localhost"), .ip("127.0.0.1"), .ip("::1")]
        guard let host = settings.publicHost, host != "localhost" else { return fixed }
        return fixed + [IPAddress(host) == nil ? .dns(host) : .ip(host)]
    }
}
