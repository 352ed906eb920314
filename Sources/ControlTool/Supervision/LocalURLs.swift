internal import Settings

/// The two addresses under which this machine reaches the installation.
struct LocalURLs: Equatable, Sendable {
    /// The TLS listener, by the name that its own certificate carries.
    let secure: String
    /// The plain listener, a number: looking up a name can fail, and this one is also asked whether all is ready.
    let plain: String

    init(tls: ListenAddress, local: ListenAddress) {
        secure =
            "https://"
            + ListenAddress(host: Self.isLoopbackOrAny(tls.host) ? "localhost" : tls.host, port: tls.port).description
        plain = "http://" + ListenAddress(host: Self.reachable(local.host), port: local.port).description
    }

    /// The one line that tells a person, or a script, that both programs serve.
    var readyLine: String { "ready \(secure) \(plain)\n" }

    private static func isLoopbackOrAny(_ host: String) -> Bool {
        ["0.0.0.0", "127.0.0.1", "::", "::1"].contains(host)
    }

    /// A listener on every address is reached by the loopback one of its family.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: host
        }
    }
}
