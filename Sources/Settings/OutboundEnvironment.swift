/// How calls leave this machine, as the environment says.
///
/// Texts as they were given: whoever makes the calls reads them.
public struct OutboundEnvironment: Sendable {
    /// `SIMPLETUNER_SSL_VERIFY`.
    public let verifiesTLS: Bool
    /// `SIMPLETUNER_CA_BUNDLE`: a PEM file.
    public let caBundle: String?
    /// `HTTPS_PROXY`, or in lower case, as curl has it; may hold a password.
    public let httpsProxy: String?
    /// `HTTP_PROXY`, likewise.
    public let httpProxy: String?
    /// `NO_PROXY`, likewise.
    public let noProxy: String
    /// `TUNERGATE_PRIVATE_TARGETS`: networks that a test of an address may reach although they are private.
    public let privateTargets: [String]

    init(_ values: SettingsValues, _ environment: Environment) {
        verifiesTLS = !["false", "no", "0"].contains(values.text("http.ssl_verify"))
        caBundle = values.text("http.ca_bundle")
        httpsProxy = values.text("http.https_proxy") ?? environment["https_proxy"]
        httpProxy = values.text("http.http_proxy") ?? environment["http_proxy"]
        noProxy = values.text("http.no_proxy") ?? environment["no_proxy"] ?? ""
        privateTargets = values.list("http.private_targets")
    }
}
