import HTTPTypes

extension HTTPField.Name {
    static let xRealIP = fixed("X-Real-IP")
    static let secFetchSite = fixed("Sec-Fetch-Site")
    static let forwardedProto = fixed("X-Forwarded-Proto")
    static let xRequestID = fixed("X-Request-ID")
    static let frameOptions = fixed("X-Frame-Options")
    static let xssProtection = fixed("X-XSS-Protection")
    static let referrerPolicy = fixed("Referrer-Policy")
    static let permissionsPolicy = fixed("Permissions-Policy")
    static let idempotencyKey = fixed("Idempotency-Key")
    static let lastEventID = fixed("Last-Event-ID")
    static let apiKey = fixed("X-API-Key")
    /// Asks proxies on the way to pass an event on when it comes (nginx).
    static let noBuffering = fixed("X-Accel-Buffering")
    /// Tells the gateway that whoever asked has proved who it is: the request is not of those that it limits.
    static let verified = fixed("X-TunerGate-Verified")

    private static func fixed(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header name") }
        return name
    }
}
