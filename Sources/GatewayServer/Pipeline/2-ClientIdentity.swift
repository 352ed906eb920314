import HTTP1
import NetworkAddress

/// Step 2: who the client is, and how the backend is told.
extension ClientIdentity {
    /// Who the client is, from its peer's address and what the head claims.
    ///
    /// - Parameters:
    ///   - peer: Who is at the other end, or whom its PROXY preface named.
    ///   - isPeerClaimed: Whether a PROXY preface named it.
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - hops: Who may speak for others.
    init(
        peer: IPAddress, isPeerClaimed: Bool, _ head: borrowing RequestHead, _ bytes: Span<UInt8>,
        hops: TrustedHops
    ) {
        var claims = ForwardingClaims()
        // A stranger's word counts for nothing, so it is not even looked for.
        if hops.shouldRead(.address(peer)) {
            for field in head.fields {
                guard let claim = ForwardingField(field.name) else { continue }
                claims.read(claim, bytes.extracting(field.value), hops)
            }
        }
        self.init(peer: .address(peer), isPeerClaimed: isPeerClaimed, claims: claims, hops: hops)
    }

    /// Whether the client came by https, as far as who may speak for it says so.
    ///
    /// A tunnel ends TLS itself and comes by plain HTTP.
    static func isSecure(
        isSealed: Bool, peer: IPAddress, _ head: borrowing RequestHead, _ bytes: Span<UInt8>,
        hops: TrustedHops
    ) -> Bool {
        guard !isSealed, hops.trusts(.address(peer)) else { return isSealed }
        // A hop that adds a line of its own leaves the client's standing: all must agree.
        var isSecure = false
        for field in head.fields where field.name == .forwardedProto {
            guard isHTTPS(bytes.extracting(field.value)) else { return false }
            isSecure = true
        }
        return isSecure
    }

    /// Who the backend is told the client is.
    ///
    /// It takes a client at 127.0.0.1 for the operator, so who is spoken for is not called that.
    var toldAddress: IPAddress { isSpokenFor && address.isLoopback ? Self.unknown : address }

    private static func isHTTPS(_ value: Span<UInt8>) -> Bool {
        let https: [5 of UInt8] = [0x68, 0x74, 0x74, 0x70, 0x73]
        guard value.count == https.count else { return false }
        for index in https.indices where value[index] | 0x20 != https[index] { return false }
        return true
    }

    /// The lines that tell the backend.
    ///
    /// Only the gateway writes them: the client's own of this family are dropped.
    static func lines(client: IPAddress, isSecure: Bool) -> [UInt8] {
        let scheme = isSecure ? "https" : "http"
        // RFC 7239, section 6: an IPv6 address is in brackets, and then in quotes.
        let node = client.family == .v6 ? "\"[\(client)]\"" : "\(client)"
        let lines = """
            X-Real-IP: \(client)\r\nX-Forwarded-For: \(client)\r\nX-Forwarded-Proto: \(scheme)\r\n\
            Forwarded: for=\(node);proto=\(scheme)\r\n
            """
        return Array(lines.utf8)
    }
}

extension ForwardingField {
    /// Nil for a field that says nothing of whom the sender speaks for.
    init?(_ name: FieldName) {
        switch name {
        case .forwardedFor: self = .forwardedFor
        case .forwarded: self = .forwarded
        case .realIP: self = .realIP
        case .connectingIP: self = .connectingIP
        case .forwardedProto, .forwarding, .disguised: self = .other
        default: return nil
        }
    }
}
