internal import NetworkAddress

/// A host and port to listen on: `0.0.0.0:8001`, `127.0.0.1:8080`, `[::1]:8080`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// An IP address in text form, without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nil unless the text is an IP address, in brackets when it has colons of its own, and a port.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard IPAddress(host) != nil else { return nil }
        self.init(host: String(host), port: port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
