import HTTP1
import NetworkAddress
import RateLimit
import Reactor

/// Step 5: how much the client may ask for.
extension Worker {
    /// Counts the request, and sets what the rest of it is held to.
    ///
    /// - Returns: The refusal of a client that asks too often, or of a body that is announced to be too large; one that
    ///   turns out to be is refused then.
    func limit(_ stream: ClientStream, _ bytes: Span<UInt8>, _ identity: ClientIdentity) -> Refusal? {
        if let refusal = limitRate(stream, bytes, identity) { return refusal }
        guard requestHead.framing != .none else { return nil }
        stream.bodyBytesLeft = bodyLimits.limit(for: pathForm, of: bytes.extracting(requestHead.target))
        guard case .length(let length) = requestHead.framing, length > stream.bodyBytesLeft else { return nil }
        counters.limitHits.bump(.bodyBytes)
        return .bodyTooLarge
    }

    private func limitRate(_ stream: ClientStream, _ bytes: Span<UInt8>, _ identity: ClientIdentity) -> Refusal? {
        guard !identity.isLocal, let rule = configuration.rateRules.rule(requestHead, bytes, pathForm) else {
            return nil
        }
        let client = identity.address.limitKey(v6PrefixLength: configuration.ipv6PrefixLength)
        let decision = shared.rateLimiter.decide(rule, client: client, now: now)
        stream.quota = decision
        guard !decision.isAllowed else { return nil }
        return .rateLimited(retryAfterSeconds: decision.resetSeconds)
    }

    /// The lines that tell the stream's client its limit; empty where there is none.
    func quotaLines(_ stream: ClientStream) -> [UInt8] {
        guard let quota = stream.quota else { return [] }
        if now >= wallDue {
            wallAhead = WallClock.milliseconds() - now
            wallDue = now + 1000
        }
        QuotaFields.write(quota, now: (now + wallAhead) / 1000, to: &quotaText)
        return quotaText
    }
}

extension RuleTable {
    /// The rule that a request is counted by; nil when it is not limited.
    func rule(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm) -> RateRule? {
        let found = rule(
            method: bytes.extracting(head.method), path: form.path(of: bytes.extracting(head.target)),
            isDoubtful: form.holdsEscapedSeparator)
        return found.map { rules[$0] }
    }
}
