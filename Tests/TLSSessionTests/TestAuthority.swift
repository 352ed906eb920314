import CTLS

@testable import TLSSession

/// Makes keys and certificates for the tests, which need wrong ones too.
///
/// Never changed after it was made; the library counts references atomically.
final class TestAuthority: @unchecked Sendable {
    let certificate: OpaquePointer
    let key: OpaquePointer
    private let issuer: TestAuthority?

    /// What a certificate says.
    struct Wish {
        var names: [String] = []
        var key = TestKey.ec
        var begin = -3600
        var end = 90 * 86400
        var isAuthority = false
        var commonName = "test"
    }

    init(_ wish: Wish, issuer: TestAuthority? = nil) {
        key = wish.key.make()
        self.issuer = issuer
        guard let made = X509_new() else { preconditionFailure("the test's library has no memory") }
        certificate = made
        X509_set_version(certificate, numericCast(X509_VERSION_3))
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), UInt64.random(in: 1...UInt64(Int64.max)))
        X509_gmtime_adj(X509_getm_notBefore(certificate), numericCast(wish.begin))
        X509_gmtime_adj(X509_getm_notAfter(certificate), numericCast(wish.end))
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, wish.commonName, -1, -1, 0)
        X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate) } ?? subject)
        X509_set_pubkey(certificate, key)
        if !wish.names.isEmpty { extend(NID_subject_alt_name, wish.names.map { "DNS:" + $0 }.joined(separator: ",")) }
        if wish.isAuthority { extend(NID_basic_constraints, "critical,CA:TRUE") }
        precondition(X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) != 0, "the test cannot sign")
    }

    static func root(_ name: String = "root") -> TestAuthority {
        TestAuthority(Wish(isAuthority: true, commonName: name))
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// This certificate and those above it, without the root.
    var chain: [UInt8] {
        var text = pem
        var next = issuer
        while let authority = next, authority.issuer != nil {
            text += authority.pem
            next = authority.issuer
        }
        return text
    }

    var pem: [UInt8] { written { PEM_write_bio_X509($0, certificate) } }
    var keyPEM: [UInt8] { written { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) } }

    func pair() throws -> CertificatePair {
        try CertificatePair(chainPath: "/chain", chain: chain, keyPath: "/key", key: keyPEM)
    }

    private func extend(_ nid: Int32, _ value: String) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
        let made = X509V3_EXT_nconf_nid(nil, &context, nid, value)
        X509_add_ext(certificate, made, -1)
        X509_EXTENSION_free(made)
    }

    private func written(_ body: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()), body(bio) == 1 else { preconditionFailure("the test cannot write PEM") }
        defer { BIO_free(bio) }
        var count = 0
        let start = ctls_bio_contents(bio, &count)
        return Array(UnsafeBufferPointer(start: start, count: count))
    }
}

enum TestKey {
    case ec, rsa(Int)

    func make() -> OpaquePointer {
        let made =
            switch self {
            case .ec: ctls_generate_ec_key()
            case .rsa(let bits): ctls_generate_rsa_key(numericCast(bits))
            }
        guard let made else { preconditionFailure("the test cannot make a key") }
        return made
    }
}
