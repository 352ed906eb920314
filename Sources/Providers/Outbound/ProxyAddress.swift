import S3

/// A proxy to go through, with what it wants to know of us.
///
/// It is asked for a tunnel (`CONNECT`, RFC 9110, section 9.3.6) whatever the target is, so that it never sees what goes
/// to an https address. It is itself spoken to in plain HTTP: a proxy that wants TLS (`https://`) is none of ours, and to
/// speak plainly to it would show everybody its password.
public struct ProxyAddress: Hashable, Sendable {
    public let host: String
    public let port: Int
    /// User and password as they are typed; secrets.
    let user: String?
    let password: String

    /// Reads `http://user:password@host:port`; user and password may be percent-encoded.
    public init?(_ url: String) {
        guard let origin = WebOrigin(url), origin.scheme == "http", let (_, authority) = WebOrigin.split(url)
        else { return nil }
        (host, port) = (origin.host, origin.port)
        guard let at = authority.lastIndex(of: "@") else {
            (user, password) = (nil, "")
            return
        }
        let login = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = Self.decoded(login[0]), let password = Self.decoded(login.count > 1 ? login[1] : "")
        else { return nil }
        (self.user, self.password) = (user, password)
    }

    private static func decoded(_ text: Substring) -> String? {
        guard let text = PercentEncoding.decode(text), text.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            return nil
        }
        return text
    }
}
