import HTTP1
import NetworkAddress
import Reactor

/// Step 6: the request goes up.
///
/// From here on the stream's `Exchange` says what may happen; the bytes are carried by the worker.
extension Worker {
    func startExchange(_ stream: ClientStream, _ bytes: Span<UInt8>, _ address: IPAddress, id: UInt64, hasBody: Bool) {
        stream.periodBytes = 0
        stream.wasHeldBack = false
        setPatience(stream, hasBody ? stallPatience : answerPatience)
        let identity = identityLines(stream.client, bytes, address)
        ForwardedHead.write(
            requestHead, bytes, identity: identity.span, requestID: id, asksForTunnel: stream.asksForTunnel, to: upward)
        stream.draft = draftWebhook(bytes, from: address)
        stream.connectDeadline = now + connectPatience
        obtainUpstream(stream)
    }

    /// Made once for a connection that speaks for itself.
    private func identityLines(_ client: ClientConnection, _ bytes: Span<UInt8>, _ address: IPAddress) -> [UInt8] {
        let isSecure = ClientIdentity.isSecure(
            isSealed: client.isSealed, peer: client.peer, requestHead, bytes, hops: configuration.hops)
        guard address == client.peer, isSecure == client.isSealed else {
            return ClientIdentity.lines(client: address, isSecure: isSecure)
        }
        if client.directIdentity.isEmpty {
            client.directIdentity = ClientIdentity.lines(client: address, isSecure: isSecure)
        }
        return client.directIdentity
    }
}
