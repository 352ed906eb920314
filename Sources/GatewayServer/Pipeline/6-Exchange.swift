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
        let identity = identityLines(stream.client, address)
        ForwardedHead.write(
            requestHead, bytes, identity: identity.span, requestID: id, asksForTunnel: stream.asksForTunnel, to: upward)
        stream.connectDeadline = now + connectPatience
        obtainUpstream(stream)
    }

    /// Made once for a connection that speaks for itself.
    private func identityLines(_ client: ClientConnection, _ address: IPAddress) -> [UInt8] {
        guard address == client.peer else { return ClientIdentity.lines(client: address, isSealed: client.isSealed) }
        if client.directIdentity.isEmpty {
            client.directIdentity = ClientIdentity.lines(client: address, isSealed: client.isSealed)
        }
        return client.directIdentity
    }
}
