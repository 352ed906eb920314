/// Where the gateway sends requests.
public enum UpstreamAddress: Equatable, Sendable, CustomStringConvertible {
    /// A Unix socket's absolute path, the backend's own unless the settings say otherwise.
    case unix(path: String)
    /// An IP address in text form, without brackets, and a port: an HTTP server that was there before.
    case tcp(host: String, port: UInt16)

    /// Nil unless the text is `unix:` and an absolute path, or `http://` with an IP address and a port.
    ///
    /// A name is refused: looking one up blocks, and its address may change under connections that are kept open.
    /// `localhost` is no name in this sense.
    public init?(_ text: String) {
        let (unix, http) = ("unix:", "http://")
        if text.hasPrefix(unix) {
            let path = text.dropFirst(unix.count)
            guard path.hasPrefix("/") else { return nil }
            self = .unix(path: String(path))
        } else if text.hasPrefix(http) {
            var authority = String(text.dropFirst(http.count))
            if authority.hasSuffix("/") { authority.removeLast() }
            let (name, number) = ("localhost:", "127.0.0.1:")
            if authority.hasPrefix(name) { authority = number + authority.dropFirst(name.count) }
            guard let address = ListenAddress(authority), address.port != 0 else { return nil }
            self = .tcp(host: address.host, port: address.port)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .unix(let path): "unix:" + path
        case .tcp(let host, let port): "http://\(ListenAddress(host: host, port: port))"
        }
    }
}
