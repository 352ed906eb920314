/// How the end of a message's body is known (RFC 9112, section 6).
public enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// A response that ends where its connection does.
    case untilClose
}

/// Reads a decimal length: digits only, and no more than 63 bits.
func parseLength(_ bytes: Span<UInt8>) -> Int? {
    guard (1...18).contains(bytes.count) else { return nil }
    var length = 0
    for index in bytes.indices {
        guard Octet.isDigit(bytes[index]) else { return nil }
        length = length * 10 + Int(bytes[index] - 0x30)
    }
    return length
}
