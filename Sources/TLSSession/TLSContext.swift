internal import CTLS

/// A set of certificates and the policy that all sessions made from it share: TLS 1.2 and 1.3, forward secrecy, AEAD.
///
/// It never changes: other certificates are another context, and a session keeps the one that it began with. The
/// library counts references atomically and the ticket keys have a lock, so all workers share one.
@safe
public final class TLSContext: @unchecked Sendable {
    /// Where every session begins: the default site's context.
    ///
    /// Owned by `contexts`.
    let pointer: OpaquePointer
    // One for each site, owned: made in init, freed in deinit, and not changed after init (see above).
    private let contexts: [OpaquePointer]
    private let table: SiteTable
    /// In the server's order of preference.
    let protocols: [ApplicationProtocol]
    let tickets: TicketKeys
    private let authorities: [ClientAuthority]
    /// What it shows, the default first.
    public let pairs: [CertificatePair]

    /// Sessions with one certificate, for HTTP/1.1.
    ///
    /// - Parameters:
    ///   - chainPath: PEM, the leaf first.
    ///   - keyPath: PEM.
    /// - Throws: What is wrong with which file.
    public convenience init(chainPath: String, keyPath: String) throws(CertificateError) {
        let pair = try CertificateFiles.pair(CertificatePlace(chainPath: chainPath, keyPath: keyPath))
        self.init(pairs: [pair], authorities: [], protocols: [.http1], tickets: TicketKeys())
    }

    /// Sessions with several certificates, chosen by the name that the client asks for and by what it can verify.
    ///
    /// - Parameters:
    ///   - pairs: One at least; the first is for clients that ask for no name, or for one that nobody has.
    ///   - authorities: Server names whose clients must have a certificate.
    ///   - protocols: What is spoken, the preferred one first.
    ///   - tickets: Shared by the contexts of a process, so that sessions outlive a change of certificates.
    public init(
        pairs: [CertificatePair], authorities: [ClientAuthority], protocols: [ApplicationProtocol], tickets: TicketKeys
    ) {
        let candidates = pairs.map { SiteTable.Candidate(names: $0.names, kind: $0.kind) }
        let table = SiteTable(candidates, authorities: authorities.map(\.name))
        self.pairs = pairs
        self.table = table
        self.authorities = authorities
        self.protocols = protocols
        self.tickets = tickets
        unsafe contexts = table.sites.map { unsafe Self.makeContext($0, pairs, authorities) }
        unsafe pointer = contexts[0]
        unsafe contexts.forEach { unsafe install(on: $0) }
    }

    deinit {
        unsafe contexts.forEach { unsafe SSL_CTX_free($0) }
    }

    /// The context that a session was made from.
    static func owner(of session: OpaquePointer) -> TLSContext? {
        // Set by `install`; a session holds its context, so the pointer is good while the session is.
        guard let owner = unsafe ctls_session_owner(session) else { return nil }
        return unsafe Unmanaged<TLSContext>.fromOpaque(owner).takeUnretainedValue()
    }

    private static func makeContext(
        _ site: SiteTable.Site, _ pairs: [CertificatePair], _ authorities: [ClientAuthority]
    ) -> OpaquePointer {
        guard let context = unsafe ctls_context_new() else {
            preconditionFailure("the TLS library has no memory for a context, or does not know its own algorithms")
        }
        for index in site.pairs {
            precondition(unsafe pairs[index].add(to: context), "the TLS library refuses a pair that it took before")
        }
        let authority = site.authority.map { authorities[$0] }
        unsafe authority?.add(to: context)
        unsafe ctls_context_set_session_lifetime(context, TicketKeyRing.sessionLife / 1000)
        // A ticket is good for the site that it came from and for no other: another may ask for a client certificate.
        let names = Set(site.pairs.flatMap { pairs[$0].names }).sorted().joined(separator: " ")
        let policy = sha256(Array(names.utf8) + [0] + (authority.map { Array($0.name.utf8) + $0.digest } ?? []))
        unsafe policy.withUnsafeBufferPointer { bytes in
            // Copied within the call; the digest is as long as the library allows.
            _ = unsafe SSL_CTX_set_session_id_context(context, bytes.baseAddress, numericCast(bytes.count))
        }
        return unsafe context
    }

    private func install(on context: OpaquePointer) {
        let owner = unsafe Unmanaged.passUnretained(self).toOpaque()
        // The sessions that call back hold this object, and the contexts are freed with it.
        guard unsafe ctls_context_set_owner(context, owner) else {
            preconditionFailure("the TLS library has no memory for a context")
        }
        unsafe ctls_context_set_hello(context) { session, name, length in
            guard let session = unsafe session, let owner = unsafe TLSContext.owner(of: session) else { return false }
            // The name's bytes are the library's, for the length of this call.
            let bytes = unsafe UnsafeRawBufferPointer(start: name, count: name == nil ? 0 : length)
            return unsafe owner.chooseSite(session, bytes)
        }
        unsafe SSL_CTX_set_alpn_select_cb(context, selectProtocol, nil)
        unsafe TicketSealing.install(on: context)
    }

    private func chooseSite(_ session: OpaquePointer, _ name: UnsafeRawBufferPointer) -> Bool {
        guard table.sites.count > 1, let name = unsafe ServerName.normal(name) else { return true }
        let index = table.index(of: name)
        guard index != 0 else { return true }
        return unsafe ctls_session_switch(session, contexts[index], table.sites[index].authority != nil)
    }

    /// Whether a session may be used for a host.
    ///
    /// One that asks its clients for a certificate is not reached by a session that was made for another name.
    func allows(_ session: OpaquePointer, host: Span<UInt8>) -> Bool {
        guard !authorities.isEmpty else { return true }
        var bytes: [UInt8] = []
        for index in host.indices { bytes.append(host[index]) }
        guard let name = ServerName.normal(bytes), let demanded = table.sites[table.index(of: name)].authority else {
            return true
        }
        let current = unsafe SSL_get_SSL_CTX(session)
        let own = unsafe contexts.firstIndex { unsafe $0 == current }
        return own.flatMap { table.sites[$0].authority } == demanded
    }
}
