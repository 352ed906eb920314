/// What became of a request's section.
enum RequestForm: Equatable {
    case request(isTunnel: Bool, contentLength: Int?)
    /// Beyond the limits: 431.
    case oversized
    /// A tunnel for a protocol that this server does not know: 501.
    case unsupported
    case malformed
}
