/// Where a certificate pair is kept: its chain and its key, which may be one file.
public struct CertificatePlace: Hashable, Sendable {
    public let chainPath: String
    public let keyPath: String

    public init(chainPath: String, keyPath: String) {
        self.chainPath = chainPath
        self.keyPath = keyPath
    }
}

/// Where the certificates of the authority for one server name's clients are kept.
public struct AuthorityPlace: Hashable, Sendable {
    public let name: String
    public let path: String

    /// - Parameters:
    ///   - name: The server name, or a pattern `*.example.com`.
    ///   - path: PEM.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// All places where an installation's certificates are kept.
public struct CertificatePlaces: Equatable, Sendable {
    /// The first is the default certificate.
    public var pairs: [CertificatePlace]
    /// Where more are looked for.
    public var folder: String?
    public var authorities: [AuthorityPlace]

    public init(pairs: [CertificatePlace] = [], folder: String? = nil, authorities: [AuthorityPlace] = []) {
        self.pairs = pairs
        self.folder = folder
        self.authorities = authorities
    }
}
