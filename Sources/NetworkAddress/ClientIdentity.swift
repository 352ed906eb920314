/// Who the client is, told from the peer's address and what trusted hops said about it.
///
/// The rule, for PROXY prefaces and all forwarding headers alike:
///
/// 1. A peer that is not trusted is the client, whatever it says.
/// 2. A trusted peer without a forwarding header is the client.
/// 3. Otherwise `X-Forwarded-For` and `Forwarded` are walked from the right, past trusted hops; the first other address
///    is the client, and if all are trusted, the first entry is. `X-Real-IP` (and `CF-Connecting-IP`, if it is read)
///    are lists of one. An entry that names no address stops the walk: the client is ``unknown``.
/// 4. Headers that name different clients make it ``unknown`` too; so do those that we cannot read, if there is no other.
public struct ClientIdentity: Hashable, Sendable {
    /// A client that a trusted hop spoke of in words we cannot read.
    ///
    /// It is nobody's address (`::`), so it has no privilege and no allowlist lets it in.
    public static var unknown: IPAddress { IPAddress(v6: 0) }

    public let address: IPAddress
    /// Whether somebody spoke for this client, trusted or not: a forwarding header was there, or a PROXY preface.
    ///
    /// Of strangers it is not known, because their heads are not read for it.
    public let isSpokenFor: Bool

    /// Whether this is a program on this machine that speaks for itself, to which the guide's bypass is meant.
    ///
    /// A tunnel's client that is called `127.0.0.1` is not.
    public var isLocal: Bool { address.isLoopback && !isSpokenFor }

    /// Decides who the client is.
    ///
    /// - Parameters:
    ///   - peer: The address of the connection itself, or the one that a PROXY preface put in its place.
    ///   - isPeerClaimed: Whether the peer's address comes from a PROXY preface.
    ///   - claims: What the head says; it may be left empty for a peer that ``TrustedHops/shouldRead(_:)`` refuses.
    ///   - hops: Who is trusted.
    public init(peer: Peer, isPeerClaimed: Bool = false, claims: ForwardingClaims, hops: TrustedHops) {
        isSpokenFor = isPeerClaimed || claims.isAny
        if claims.isAny, hops.trusts(peer) {
            address = claims.client ?? Self.unknown
        } else if case .address(let own) = peer {
            address = own
        } else {
            address = Self.unknown
        }
    }
}
