/// What a signature is checked against: the request exactly as the client sent it.
///
/// Path and query are the bytes of the request target, undecoded. The canonical form of SigV4 is made from what the
/// client had in hand, so one decoded `%2F` or one merged `//` on the way would break it.
public struct SignedRequest: Sendable {
    public let method: String
    /// The path of the request target, with the endpoint's prefix.
    public let path: String
    /// What follows the `?`, without it; empty when there is none.
    public let query: String
    public let headers: HeaderList
    /// The names under which the client may know us: its `Host`, then what a tunnel or the public address adds.
    public let hosts: [String]
    /// The path below which the endpoint is mounted: `/api/cloud/storage`.
    public let prefix: String

    public init(method: String, target: String, headers: HeaderList, hosts: [String], prefix: String) {
        self.method = method
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? ""
        query = parts.count > 1 ? String(parts[1]) : ""
        self.headers = headers
        self.hosts = hosts
        self.prefix = prefix
    }
}
