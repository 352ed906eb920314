import Providers
import Settings

extension OutboundSettings {
    /// How calls leave this machine, as the environment says.
    ///
    /// - Throws: `StartupError` for what cannot be used: calls that take another way than was wanted are worse than none.
    init(_ environment: OutboundEnvironment) throws {
        if let bundle = environment.caBundle, !CABundle.isUsable(bundle) {
            throw StartupError("SIMPLETUNER_CA_BUNDLE names no file of PEM certificates that can be read.")
        }
        self.init(
            httpsProxy: try Self.proxy(environment.httpsProxy, "HTTPS_PROXY"),
            httpProxy: try Self.proxy(environment.httpProxy, "HTTP_PROXY"),
            exceptions: ProxyExceptions(environment.noProxy), caBundle: environment.caBundle,
            verifiesTLS: environment.verifiesTLS)
    }

    private static func proxy(_ text: String?, _ name: String) throws -> ProxyAddress? {
        guard let text else { return nil }
        // Many write no scheme.
        guard let proxy = ProxyAddress(text.contains("://") ? text : "http://" + text) else {
            throw StartupError("\(name) is no address of a proxy. Write it as in http://user:password@host:3128.")
        }
        return proxy
    }
}
