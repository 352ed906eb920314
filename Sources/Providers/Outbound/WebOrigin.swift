/// Scheme, host and port of an address: what decides which way a call takes.
public struct WebOrigin: Hashable, Sendable {
    /// `http` or `https`.
    public let scheme: String
    /// In lower case, an IPv6 address without its brackets.
    public let host: String
    public let port: Int

    /// Reads an http or https address; what follows the port is not looked at, and neither is who logs in.
    ///
    /// - Parameter url: Such as `https://user:pass@proxy.corp:3128/path`.
    public init?(_ url: String) {
        guard let (scheme, authority) = Self.split(url) else { return nil }
        self.init(scheme: scheme, hostPort: Self.hostPort(authority))
    }

    private init?(scheme: String, hostPort: Substring) {
        var (host, port) = (hostPort, Substring())
        if hostPort.hasPrefix("[") {
            guard let close = hostPort.firstIndex(of: "]") else { return nil }
            host = hostPort[hostPort.index(after: hostPort.startIndex)..<close]
            port = hostPort[hostPort.index(after: close)...]
            guard port.isEmpty || port.hasPrefix(":") else { return nil }
            port = port.dropFirst()
        } else if let colon = hostPort.firstIndex(of: ":") {
            host = hostPort[..<colon]
            port = hostPort[hostPort.index(after: colon)...]
            guard !port.contains(":") else { return nil }
        }
        let isPlain = host.utf8.allSatisfy { (0x21...0x7e).contains($0) && !Self.odd.contains($0) }
        guard !host.isEmpty, isPlain else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        guard !port.isEmpty else {
            self.port = scheme == "https" ? 443 : 80
            return
        }
        guard let number = UInt16(port), number > 0 else { return nil }
        self.port = Int(number)
    }

    /// What no host has in it.
    private static let odd = Set("/?#\\@[]<>\"".utf8)

    /// The same address, its host in lower case; anything else as it is.
    static func withHostInLowerCase(_ url: String) -> String {
        guard let (_, authority) = split(url) else { return url }
        let hostPort = hostPort(authority)
        return url[..<hostPort.startIndex] + hostPort.lowercased() + url[hostPort.endIndex...]
    }

    /// What is behind the login.
    private static func hostPort(_ authority: Substring) -> Substring {
        authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    }

    /// The scheme, and what lies between it and the path: perhaps a login, host, perhaps a port.
    static func split(_ url: String) -> (scheme: String, authority: Substring)? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty ? nil : (scheme, authority)
    }
}
