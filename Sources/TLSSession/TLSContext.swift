internal import CNIOBoringSSL

/// A certificate pair and the policy that all sessions made from it share: TLS 1.2 and 1.3, HTTP/1.1.
///
/// BoringSSL counts its references atomically and locks what it changes (the ticket keys, which it rotates itself), so
/// all workers share one.
@safe
public final class TLSContext: @unchecked Sendable {
    // Owned: made in init, freed in deinit, and not changed after init (see above).
    let pointer: OpaquePointer

    /// Reads a certificate chain and its private key, and checks that they belong together.
    ///
    /// - Parameters:
    ///   - chainPath: PEM, the leaf first.
    ///   - keyPath: PEM.
    /// - Throws: What is wrong with which file.
    public init(chainPath: String, keyPath: String) throws(CertificateError) {
        guard let context = unsafe SSL_CTX_new(TLS_method()) else {
            preconditionFailure("BoringSSL has no memory for a context")
        }
        unsafe pointer = context
        unsafe SSL_CTX_set_min_proto_version(context, UInt16(TLS1_2_VERSION))
        unsafe SSL_CTX_set_max_proto_version(context, UInt16(TLS1_3_VERSION))
        // Tickets carry the sessions; a server-side cache would be a lock and a table for nothing.
        unsafe SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF)
        unsafe SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        // A client that offers the post-quantum group gets it; the older two are for everybody else.
        var groups = [UInt16(SSL_GROUP_X25519_MLKEM768), UInt16(SSL_GROUP_X25519), UInt16(SSL_GROUP_SECP256R1)]
        guard unsafe SSL_CTX_set1_group_ids(context, &groups, groups.count) == 1 else {
            preconditionFailure("BoringSSL does not know its own groups")
        }
        unsafe try Self.load(chainPath, problem: .chain) { unsafe SSL_CTX_use_certificate_chain_file(context, $0) }
        unsafe try Self.load(keyPath, problem: .key) {
            unsafe SSL_CTX_use_PrivateKey_file(context, $0, SSL_FILETYPE_PEM)
        }
        guard unsafe SSL_CTX_check_private_key(context) == 1 else {
            ERR_clear_error()
            throw CertificateError(path: keyPath, problem: .mismatch)
        }
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    private static func load(
        _ path: String, problem: CertificateError.Problem, _ body: (UnsafePointer<CChar>) -> Int32
    ) throws(CertificateError) {
        // The C string lives for the length of the call.
        guard unsafe path.withCString(body) == 1 else {
            ERR_clear_error()
            throw CertificateError(path: path, problem: problem)
        }
    }
}

/// A certificate or key that cannot be used.
public struct CertificateError: Error, Equatable, CustomStringConvertible {
    public enum Problem: Sendable { case chain, key, mismatch, unwritable }

    public let path: String
    public let problem: Problem

    public var description: String {
        switch problem {
        case .chain:
            "\(path) cannot be read as a PEM certificate chain. Check that it exists and begins with the server's certificate."
        case .key:
            "\(path) cannot be read as a PEM private key. Check that it exists, is readable and has no passphrase."
        case .mismatch:
            "\(path) is not the private key of the certificate. Set SIMPLETUNER_SSL_CERT and SIMPLETUNER_SSL_KEY to one pair."
        case .unwritable: "\(path) cannot be written. Check the folder's permissions and the free space."
        }
    }
}

/// Picks `http/1.1` from the client's ALPN list (RFC 7301): `protocols` is a list of length-prefixed names.
///
/// A client without it gets no protocol and may still speak HTTP/1.1.
private func selectProtocol(
    _ ssl: OpaquePointer?,
    _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ selectedLength: UnsafeMutablePointer<UInt8>?,
    _ protocols: UnsafePointer<UInt8>?,
    _ length: UInt32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    let wanted: StaticString = "http/1.1"
    // BoringSSL checked the list's lengths and keeps it for the call; `selected` may point into it.
    let list = unsafe UnsafeBufferPointer(start: protocols, count: Int(length))
    var index = 0
    while index < list.count {
        let nameLength = unsafe Int(list[index])
        let name = list.extracting(index + 1..<index + 1 + nameLength)
        if unsafe name.elementsEqual(UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount)) {
            unsafe selected?.pointee = name.baseAddress
            unsafe selectedLength?.pointee = UInt8(nameLength)
            return SSL_TLSEXT_ERR_OK
        }
        index += 1 + nameLength
    }
    return SSL_TLSEXT_ERR_NOACK
}
