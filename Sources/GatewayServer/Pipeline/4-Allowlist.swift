import GatePolicy
import HTTP1
import NetworkAddress
import TLSSession

/// Step 4: who may come by this way at all.
extension Worker {
    /// - Returns: The refusal of a client that has to come by another way.
    func allowlist(_ client: ClientConnection, _ bytes: Span<UInt8>, _ identity: ClientIdentity) -> Refusal? {
        // A plain request at the TLS door is for clients on this machine; all others are sent to TLS.
        if client.door == .tls, !client.isSealed, !client.peer.isLoopback { return redirect(bytes) }
        // A name that asks its clients for a certificate is not reached by a connection made for another name.
        if case .sealed(let session) = client.transport, !session.mayServe(host: bytes.extracting(hostName(bytes))) {
            return .misdirected
        }
        if !servesStorage,
            BodyLimits.isStorage(pathForm, of: bytes.extracting(requestHead.target))
        {
            return .storageClosed
        }
        return allowlistWebhook(bytes, identity)
    }

    /// A provider's webhooks may come from its networks only, if it has a list of them.
    private func allowlistWebhook(_ bytes: Span<UInt8>, _ identity: ClientIdentity) -> Refusal? {
        // Other names are for the backend to know: they may be those of routes.
        guard WebhookPath.isMeant(requestHead, bytes, pathForm),
            case .refused(let provider) = configuration.policy.verdict(
                requestHead, bytes, pathForm, from: identity.toldAddress)
        else { return nil }
        return .addressNotAllowed(provider: provider)
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

extension CompiledPolicy {
    /// Decides whether a webhook may come from its client's address, as the backend is told it.
    ///
    /// - Returns: The verdict; nil for a request that delivers no webhook.
    func verdict(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm, from address: IPAddress
    ) -> Verdict? {
        let path = form.path(of: bytes.extracting(head.target))
        guard let name = WebhookPath.provider(of: path, method: bytes.extracting(head.method)) else { return nil }
        return allows(provider: path.extracting(name), address: address)
    }
}

/// The addresses at which providers report.
enum WebhookPath {
    // As bytes: a text would be taken apart for each request.
    private static let prefixes = (Array("/api/webhooks/".utf8), Array("/api/cloud/webhook/".utf8))

    /// Whether a request delivers a webhook.
    ///
    /// Asked before the policy is: a copy of that has its price, and most requests deliver none.
    static func isMeant(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm) -> Bool {
        let path = form.path(of: bytes.extracting(head.target))
        return provider(of: path, method: bytes.extracting(head.method)) != nil
    }

    /// Where in a path the provider's name lies.
    ///
    /// - Parameters:
    ///   - path: In its normal form.
    ///   - method: Of the request.
    /// - Returns: The name's place; nil for another path, and for other methods, which deliver nothing.
    static func provider(of path: Span<UInt8>, method: Span<UInt8>) -> Range<Int>? {
        let post: [4 of UInt8] = [0x50, 0x4f, 0x53, 0x54]
        guard method.count == post.count else { return nil }
        for index in post.indices where method[index] != post[index] { return nil }
        return name(in: path, behind: prefixes.0) ?? name(in: path, behind: prefixes.1)
    }

    private static func name(in path: Span<UInt8>, behind prefix: [UInt8]) -> Range<Int>? {
        guard path.count > prefix.count else { return nil }
        // From the end, since all begin alike.
        for index in prefix.indices.reversed() where path[index] != prefix[index] { return nil }
        let end = path[path.count - 1] == UInt8(ascii: "/") ? path.count - 1 : path.count
        guard end > prefix.count else { return nil }
        for index in prefix.count..<end where path[index] == UInt8(ascii: "/") { return nil }
        return prefix.count..<end
    }
}
