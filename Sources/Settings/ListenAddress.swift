/// A host and port to listen on: `0.0.0.0:8001`, `127.0.0.1:8080`, `[::1]:8080`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// An IP address in text form, without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    init(_ text: String, named name: String) throws(SettingsError) {
        let problem = SettingsError(
            setting: name,
            problem: "is \"\(text)\"",
            remedy: "Write an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080."
        )
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw problem
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw problem
        }
        guard !host.isEmpty else { throw problem }
        self.init(host: host, port: port)
    }
}
