internal import CTLS

/// What the handshake came to.
extension TLSSession {
    /// The version that the handshake agreed on.
    public enum Version: Sendable { case tls12, tls13 }

    /// Whether the handshake is complete; what follows is meaningful from then on.
    public var isEstablished: Bool { unsafe SSL_in_init(ssl) == 0 }

    /// What the client speaks now; HTTP/1.1 if it did not say.
    public var negotiated: ApplicationProtocol {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // The library's own copy, valid as long as the session; only the length is looked at, which tells the two.
        unsafe SSL_get0_alpn_selected(ssl, &bytes, &count)
        return count == 2 ? .http2 : .http1
    }

    /// The name that the client asked for (SNI), as it wrote it.
    public var serverName: String? {
        // A C string of the library, copied here.
        guard let name = unsafe SSL_get_servername(ssl, numericCast(TLSEXT_NAMETYPE_host_name)) else { return nil }
        return unsafe String(cString: name)
    }

    /// Whether the client came with a ticket instead of making new keys.
    public var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    public var protocolVersion: Version { unsafe SSL_version(ssl) == TLS1_2_VERSION ? .tls12 : .tls13 }

    /// Whether a request for a host may come by this session; 421 if not (RFC 9110, section 15.5.20).
    ///
    /// No, when that host asks its clients for a certificate and this session was made for another name. Costs nothing
    /// where no host does.
    ///
    /// - Parameter host: The request's host, without a port.
    /// - Returns: Whether it may be served.
    public func mayServe(host: Span<UInt8>) -> Bool {
        unsafe context.allows(ssl, host: host)
    }
}
