/// Who the client is, told from the peer's address and what trusted hops said about it.
///
/// Forwarding headers count only when the peer is a trusted hop: exactly `127.0.0.1` and `::1` here, since tunnels
/// (cloudflared, ngrok) run on the same machine. `X-Forwarded-For` is walked from the right, past trusted hops; the
/// first other address is the client. An entry that does not parse stops the walk, and the claim is then unknown.
public enum ClientIdentity {
    /// A client that a trusted hop spoke of in words we cannot read.
    ///
    /// It is nobody's address, so it has no privilege.
    public static let unknown = IPAddress(v6: 0)

    /// Decides the client's address.
    ///
    /// - Parameters:
    ///   - peer: The address of the connection itself.
    ///   - forwardedFor: The values of all `X-Forwarded-For` fields, in order, joined by commas; nil without any.
    ///   - realIP: The value of `X-Real-IP`; nil without it.
    ///   - hasOtherClaim: Whether another header of the family (`Forwarded`, …) is there.
    /// - Returns: The peer unless it is trusted and says otherwise.
    public static func resolve(
        peer: IPAddress, forwardedFor: [UInt8]?, realIP: [UInt8]?, hasOtherClaim: Bool
    ) -> IPAddress {
        guard peer.isLoopback else { return peer }
        if let forwardedFor { return walk(forwardedFor) }
        if let realIP { return IPAddress(text: trim(realIP[...])) ?? unknown }
        return hasOtherClaim ? unknown : peer
    }

    private static func walk(_ list: [UInt8]) -> IPAddress {
        var first: IPAddress?
        for entry in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
            guard let address = IPAddress(text: trim(entry)) else { return unknown }
            guard address.isLoopback else { return address }
            first = address
        }
        // Every hop is trusted: then the first entry is the client, as the guide says.
        return first ?? unknown
    }

    private static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let front = text.drop(while: isBlank)
        guard let last = front.lastIndex(where: { !isBlank($0) }) else { return [] }
        return front[...last]
    }
}
