import HTTPTypes

extension HTTPField.Name {
    static let xRealIP = fixed("X-Real-IP")
    static let secFetchSite = fixed("Sec-Fetch-Site")
    static let xRequestID = fixed("X-Request-ID")
    static let idempotencyKey = fixed("Idempotency-Key")

    private static func fixed(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header name") }
        return name
    }
}
