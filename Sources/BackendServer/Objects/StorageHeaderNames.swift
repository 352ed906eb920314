import HTTPTypes

extension HTTPField.Name {
    static let amzRequestID = storage("x-amz-request-id")
    static let amzChecksumType = storage("x-amz-checksum-type")
    static let noSniff = storage("X-Content-Type-Options")
    static let contentPolicy = storage("Content-Security-Policy")

    /// A name that is known to be one.
    static func storage(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header name") }
        return name
    }
}
