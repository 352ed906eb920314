import HTTP1
import NetworkAddress
import TLSSession

/// Step 4: who may come by this way at all.
extension Worker {
    /// - Returns: The refusal of a client that has to come by another way.
    func allowlist(_ client: ClientConnection, _ bytes: Span<UInt8>) -> Refusal? {
        // A plain request at the TLS door is for clients on this machine; all others are sent to TLS.
        if client.door == .tls, !client.isSealed, !client.peer.isLoopback { return redirect(bytes) }
        // A name that asks its clients for a certificate is not reached by a connection made for another name.
        if case .sealed(let session) = client.transport, !session.mayServe(host: bytes.extracting(hostName(bytes))) {
            return .misdirected
        }
        return nil
    }

    private func redirect(_ bytes: Span<UInt8>) -> Refusal {
        var location = Array("https://".utf8)
        // Both were checked: host characters, and visible ASCII. A target that is no path names nothing to go to.
        for index in requestHead.host { location.append(bytes[index]) }
        if bytes[requestHead.target.lowerBound] == UInt8(ascii: "/") {
            for index in requestHead.target { location.append(bytes[index]) }
        }
        return .redirect(to: location)
    }

    /// The request's host without a port.
    private func hostName(_ bytes: Span<UInt8>) -> Range<Int> {
        let host = requestHead.host
        var end = host.upperBound
        while end > host.lowerBound, bytes[end - 1] >= 0x30, bytes[end - 1] <= 0x39 { end -= 1 }
        guard end > host.lowerBound, bytes[end - 1] == UInt8(ascii: ":") else { return host }
        return host.lowerBound..<end - 1
    }
}
