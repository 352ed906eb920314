internal import CTLS

/// Who must have signed the certificates of clients that ask for one server name.
public final class ClientAuthority: Sendable {
    /// The server name, or a pattern `*.example.com`, in normal form.
    public let name: String
    let chain: CertificateChain
    let digest: [UInt8]

    /// - Parameters:
    ///   - name: The server name or pattern.
    ///   - path: Where the certificates were read, for messages.
    ///   - pem: One certificate or more.
    /// - Throws: When it holds no certificate, or the name is none.
    init(name: String, path: String, pem: [UInt8]) throws(CertificateError) {
        guard let normal = ServerName.normal(name.utf8, mayBePattern: true), let chain = CertificateChain(pem: pem)
        else {
            throw CertificateError(path: path, problem: .authority)
        }
        self.name = normal
        self.chain = chain
        digest = sha256(pem)
    }

    func add(to context: OpaquePointer) {
        unsafe chain.certificates.forEach { certificate in
            // The library takes a reference of its own.
            let isAdded = unsafe ctls_context_add_client_authority(context, certificate)
            precondition(isAdded, "the TLS library has no memory for an authority")
        }
    }
}
