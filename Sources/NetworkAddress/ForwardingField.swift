/// The header fields by which a hop says for whom it speaks.
public enum ForwardingField: Sendable {
    /// `X-Forwarded-For`: addresses with commas between them, each hop's at the right end.
    case forwardedFor
    /// `Forwarded` (RFC 7239).
    case forwarded
    /// `X-Real-IP`: one address.
    case realIP
    /// `CF-Connecting-IP`: one address, read when ``TrustedHops/readsConnectingIP`` says so.
    case connectingIP
    /// Any other of the family, in any spelling: somebody speaks for somebody, in words that we do not read.
    case other
}
