import NetworkAddress
import Testing

/// Decides an identity from a peer and what its head says, as the gateway does.
///
/// A nil peer is a Unix socket; the claims are in the head's order; whom to trust is written as in
/// `SIMPLETUNER_TRUSTED_PROXIES`.
func identify(
    _ peer: String?, _ claims: [(ForwardingField, String)] = [], trusting: String = "", readsConnectingIP: Bool = false,
    isPeerClaimed: Bool = false
) throws -> ClientIdentity {
    let hops = try TrustedHops(text: trusting, readsConnectingIP: readsConnectingIP)
    var read = ForwardingClaims()
    for (field, value) in claims { read.read(field, Array(value.utf8).span, hops) }
    let end: Peer = try peer.map { .address(try #require(IPAddress($0))) } ?? .unixSocket
    return ClientIdentity(peer: end, isPeerClaimed: isPeerClaimed, claims: read, hops: hops)
}

/// The same pseudo-random numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
