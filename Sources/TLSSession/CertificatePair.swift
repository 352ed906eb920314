internal import CTLS

/// A certificate chain with its private key, read and checked: what a client can be shown.
///
/// Checked are form, order, match and strength. Whether its dates are good depends on when it is asked.
@safe
public final class CertificatePair: @unchecked Sendable {
    /// The DNS names that it is for, in normal form; patterns begin with `*.`.
    public let names: [String]
    public let kind: KeyKind
    /// When it begins and ceases to be valid, in seconds since 1970: the shortest of the chain.
    public let notBefore: Int64
    public let notAfter: Int64
    let chainPath: String
    let chain: CertificateChain
    // Owned: made in init, freed in deinit, and only read in between.
    let key: OpaquePointer
    /// Tells this pair from every other: a digest of both texts.
    let digest: [UInt8]

    /// - Parameters:
    ///   - chainPath: Where the chain was read, for messages.
    ///   - chain: PEM, the server's certificate first.
    ///   - keyPath: Where the key was read, for messages.
    ///   - key: PEM, without a passphrase.
    /// - Throws: What is wrong with which file.
    init(chainPath: String, chain: [UInt8], keyPath: String, key: [UInt8]) throws(CertificateError) {
        guard let read = CertificateChain(pem: chain) else {
            throw CertificateError(path: chainPath, problem: .chain)
        }
        guard let privateKey = unsafe PEMText.withBIO(key, { unsafe ctls_read_key($0) }) else {
            throw CertificateError(path: keyPath, problem: .key)
        }
        // From here on deinit frees the key, also when a check throws.
        unsafe self.key = privateKey
        self.chain = read
        self.chainPath = chainPath
        digest = sha256(chain + key)
        let kind = unsafe KeyKind(of: privateKey)
        self.kind = kind ?? .rsa
        names = unsafe Self.names(of: read.certificates[0])
        (notBefore, notAfter) = Self.validity(of: read)
        guard unsafe X509_check_private_key(read.certificates[0], privateKey) == 1 else {
            ERR_clear_error()
            throw CertificateError(path: keyPath, problem: .mismatch)
        }
        guard kind != nil else { throw CertificateError(path: chainPath, problem: .weak) }
        guard Self.isInOrder(read) else { throw CertificateError(path: chainPath, problem: .order) }
        guard isUsable else { throw CertificateError(path: chainPath, problem: .refused) }
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// What the dates say at a time, in seconds since 1970.
    func problem(at date: Int64) -> CertificateError? {
        if date < notBefore { return CertificateError(path: chainPath, problem: .notYetValid) }
        if date > notAfter { return CertificateError(path: chainPath, problem: .expired) }
        return nil
    }

    /// Whether the library would serve it: its own rules may be stricter than ours.
    private var isUsable: Bool {
        guard let context = unsafe ctls_context_new() else { return false }
        defer { unsafe SSL_CTX_free(context) }
        return unsafe add(to: context)
    }

    func add(to context: OpaquePointer) -> Bool {
        defer { ERR_clear_error() }
        // The library takes references of its own to the certificates and the key.
        return unsafe chain.certificates.map { unsafe Optional($0) }.withUnsafeBufferPointer { list in
            unsafe ctls_context_add_certificate(context, list.baseAddress, list.count, key)
        }
    }

    /// Every certificate is signed by the one after it (RFC 8446, section 4.4.2).
    private static func isInOrder(_ chain: CertificateChain) -> Bool {
        defer { ERR_clear_error() }
        return unsafe zip(chain.certificates, chain.certificates.dropFirst()).allSatisfy { lower, upper in
            guard unsafe X509_NAME_cmp(X509_get_issuer_name(lower), X509_get_subject_name(upper)) == 0,
                let key = unsafe X509_get_pubkey(upper)
            else { return false }
            defer { unsafe EVP_PKEY_free(key) }
            return unsafe X509_verify(lower, key) == 1
        }
    }

    /// The dates within which the chain holds.
    ///
    /// A root at its end does not count: clients use their own copy of it, whatever its dates.
    private static func validity(of chain: CertificateChain) -> (notBefore: Int64, notAfter: Int64) {
        var (begin, end) = (Int64.min, Int64.max)
        for index in unsafe chain.certificates.indices {
            let certificate = unsafe chain.certificates[index]
            let isRoot =
                unsafe X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(certificate)) == 0
            if index > 0, isRoot { continue }
            var (first, last): (Int64, Int64) = (0, 0)
            // Dates that cannot be read make it invalid for ever.
            let isRead =
                unsafe ctls_time_seconds(X509_get0_notBefore(certificate), &first)
                && ctls_time_seconds(X509_get0_notAfter(certificate), &last)
            begin = max(begin, isRead ? first : .max)
            end = min(end, isRead ? last : .min)
        }
        return (begin, end)
    }

    private static func names(of certificate: OpaquePointer) -> [String] {
        final class Names { var found: [String] = [] }
        let names = Names()
        // The collector outlives the call, and the name's bytes are copied within each callback.
        unsafe ctls_each_dns_name(certificate, Unmanaged.passUnretained(names).toOpaque()) { argument, name, length in
            guard let argument = unsafe argument, let name = unsafe name else { return }
            let bytes = unsafe UnsafeRawBufferPointer(start: name, count: length)
            guard let normal = unsafe ServerName.normal(bytes, mayBePattern: true) else { return }
            unsafe Unmanaged<Names>.fromOpaque(argument).takeUnretainedValue().found.append(normal)
        }
        return names.found
    }
}

extension KeyKind {
    /// Nil for kinds and sizes that clients refuse (RSA below 2048 bits, curves other than the three of NIST).
    fileprivate init?(of key: OpaquePointer) {
        switch unsafe ctls_key_kind_of(key) {
        case ctls_key_ecdsa:
            guard unsafe ctls_key_bits(key) >= 256 else { return nil }
            self = .ecdsa
        case ctls_key_ed25519: self = .ed25519
        case ctls_key_rsa:
            guard unsafe ctls_key_bits(key) >= 2048 else { return nil }
            self = .rsa
        default: return nil
        }
    }
}

/// A digest that tells contents apart.
func sha256(_ bytes: [UInt8]) -> [UInt8] {
    // The library reads the array and writes the digest's 32 bytes within the call.
    unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, filled in
        unsafe bytes.withUnsafeBufferPointer { _ = unsafe SHA256($0.baseAddress, $0.count, digest.baseAddress) }
        filled = Int(SHA256_DIGEST_LENGTH)
    }
}
