import JSON
import Providers

extension ProviderConfiguration {
    /// How calls to the provider leave this machine: what is configured here wins over the environment.
    func outbound(over environment: OutboundSettings) -> OutboundSettings {
        var settings = environment
        if let proxy = members["proxy_url"]?.text.flatMap({ ProxyAddress($0) }) { settings.proxy = proxy }
        if let bundle = members["ssl_ca_bundle"]?.text { settings.caBundle = bundle }
        if let verifies = members["ssl_verify"]?.bool { settings.verifiesTLS = verifies }
        return settings
    }
}
