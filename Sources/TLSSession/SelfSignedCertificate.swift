internal import CTLS
internal import Glibc

/// The certificate of an installation that was not given one: ECDSA P-256, signed by itself.
///
/// Clients must be told to trust it; it exists so that the first start already speaks TLS.
public enum SelfSignedCertificate {
    /// How long it is valid.
    ///
    /// Nobody renews it, and clients pin it, so it is long.
    private static let validSeconds = 10 * 365 * 24 * 3600

    /// What a client may call the server.
    public enum Name: Sendable {
        case dns(String)
        case ip(String)

        /// In the notation of the library's configuration language, whose separators no host name or address has.
        fileprivate var text: String {
            switch self {
            case .dns(let name): "DNS:" + name
            case .ip(let address): "IP:" + address
            }
        }
    }

    /// Whether the pair was made before, and for all of these names.
    public static func exists(chainPath: String, names: [Name]) -> Bool {
        // The paths are copied to the kernel within the calls, and what the library returns is owned and freed here.
        guard let bio = unsafe BIO_new_file(chainPath, "r") else {
            ERR_clear_error()
            return false
        }
        defer { unsafe BIO_free(bio) }
        guard let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) else {
            ERR_clear_error()
            return false
        }
        defer { unsafe X509_free(certificate) }
        return names.allSatisfy { name in
            switch name {
            case .dns(let host): unsafe X509_check_host(certificate, host, host.utf8.count, 0, nil) == 1
            case .ip(let address): unsafe X509_check_ip_asc(certificate, address, 0) == 1
            }
        }
    }

    /// Makes a pair and writes both files, the key for its owner only.
    ///
    /// The certificate appears last, so a pair that is half made is made again.
    ///
    /// - Parameters:
    ///   - names: What clients will call the server.
    ///   - chainPath: Where the certificate goes; folders that are missing are made, for their owner only.
    ///   - keyPath: Where the key goes.
    /// - Throws: ``CertificateError`` when a file cannot be written.
    public static func make(names: [Name], chainPath: String, keyPath: String) throws(CertificateError) {
        makeFolders(above: chainPath)
        makeFolders(above: keyPath)
        // An old certificate beside a new key would be a pair that nobody can use.
        unsafe unlink(chainPath)
        let key = unsafe generateKey()
        defer { unsafe EVP_PKEY_free(key) }
        let certificate = unsafe sign(key, names: names)
        defer { unsafe X509_free(certificate) }
        let keyText = unsafe pem { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
        let certificateText = unsafe pem { unsafe PEM_write_bio_X509($0, certificate) }
        try write(keyText, to: keyPath, mode: 0o600)
        try write(certificateText, to: chainPath, mode: 0o644)
    }

    /// Makes what is missing of the path's folders.
    ///
    /// One that cannot be made shows when the file is written.
    private static func makeFolders(above path: String) {
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            // The path is copied to the kernel within the call.
            unsafe mkdir(folder, 0o700)
        }
    }

    // The library's calls below fail for lack of memory or entropy only: nothing a caller could do about either.

    private static func generateKey() -> OpaquePointer {
        guard let key = unsafe ctls_generate_ec_key() else { preconditionFailure("the TLS library cannot make a key") }
        return unsafe key
    }

    private static func sign(_ key: OpaquePointer, names: [Name]) -> OpaquePointer {
        guard let certificate = unsafe X509_new(), let name = unsafe X509_get_subject_name(certificate) else {
            preconditionFailure("the TLS library has no memory for a certificate")
        }
        let serial = randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        unsafe X509_set_version(certificate, numericCast(X509_VERSION_3))
        unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1)
        // A day of slack for clients whose clocks are behind.
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -24 * 3600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), validSeconds)
        unsafe X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, "TunerGate self-signed", -1, -1, 0)
        unsafe X509_set_issuer_name(certificate, name)
        unsafe X509_set_pubkey(certificate, key)
        unsafe addExtension(NID_subject_alt_name, names.map(\.text).joined(separator: ","), to: certificate)
        // It signs itself, and strict clients want an issuer to say that it is one.
        unsafe addExtension(NID_basic_constraints, "critical,CA:TRUE", to: certificate)
        unsafe addExtension(NID_key_usage, "critical,digitalSignature,keyCertSign", to: certificate)
        unsafe addExtension(NID_ext_key_usage, "serverAuth", to: certificate)
        unsafe addExtension(NID_subject_key_identifier, "hash", to: certificate)
        guard unsafe X509_sign(certificate, key, EVP_sha256()) != 0 else {
            preconditionFailure("the TLS library cannot sign a certificate")
        }
        return unsafe certificate
    }

    private static func addExtension(_ nid: Int32, _ value: String, to certificate: OpaquePointer) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_nconf_nid(nil, &context, nid, value) else {
            preconditionFailure("the TLS library does not take the certificate extension \(value)")
        }
        // The certificate keeps a copy.
        unsafe X509_add_ext(certificate, made, -1)
        unsafe X509_EXTENSION_free(made)
    }

    /// The text that the library writes into a memory BIO.
    private static func pem(_ body: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let bio = unsafe BIO_new(BIO_s_mem()), unsafe body(bio) == 1 else {
            preconditionFailure("the TLS library cannot write PEM")
        }
        defer { unsafe BIO_free(bio) }
        var count = 0
        let start = unsafe ctls_bio_contents(bio, &count)
        // Copied before the BIO is freed.
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// Writes a file that is there whole or not at all.
    private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(CertificateError) {
        let temporary = path + ".new"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw CertificateError(path: path, problem: .unwritable) }
        // Both files are far below what one write takes; a short write is a full disk.
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isSafe = fsync(descriptor) == 0
        close(descriptor)
        guard written == bytes.count, isSafe, unsafe rename(temporary, path) == 0 else {
            unsafe unlink(temporary)
            throw CertificateError(path: path, problem: .unwritable)
        }
    }
}
