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
        guard !identity.isLocal, let rule = rateRules.rule(requestHead, bytes, pathForm) else {
            return nil
        }
        let policy = rateRules.policies[rule]
        let client = identity.address.limitKey(v6PrefixLength: configuration.ipv6PrefixLength)
        let decision = shared.rateLimiter.decide(policy, client: client, now: now)
        stream.permit = RatePermit(policy: policy, client: client, time: decision.countedAt, decision: decision)
        guard !decision.isAllowed else { return nil }
        let isSigned = BodyLimits.isStorage(pathForm, of: bytes.extracting(requestHead.target)) && isSigned(bytes)
        return isSigned
            ? .slowDown(retryAfterSeconds: decision.resetSeconds)
            : .rateLimited(retryAfterSeconds: decision.resetSeconds)
    }

    /// Whether the request carries a signature of S3's kind, so that its sender reads S3's errors.
    private func isSigned(_ bytes: Span<UInt8>) -> Bool {
        for index in requestHead.fields.indices {
            let field = requestHead.fields[index]
            guard field.name == .other, field.nameBytes.count == 13, field.value.count > 3 else { continue }
            // `Authorization: AWS…` is the only header of this length that begins so.
            let start = field.value.lowerBound
            if bytes[start] == UInt8(ascii: "A"), bytes[start + 1] == UInt8(ascii: "W"),
                bytes[start + 2] == UInt8(ascii: "S")
            {
                return true
            }
        }
        return false
    }

    /// The backend knows who asked: the request was none of those that the limit is for.
    ///
    /// Uploads with a job's token and signed webhooks come as they must, however many they are.
    func giveBackIfVerified(_ stream: ClientStream) {
        guard let permit = stream.permit, permit.decision.isAllowed else { return }
        for index in responseHead.fields.indices where responseHead.fields[index].name == .verified {
            shared.rateLimiter.giveBack(permit.policy, client: permit.client, countedAt: permit.time)
            stream.permit = nil
            return
        }
    }

    /// The lines that tell the stream's client its limit; empty where there is none.
    func quotaLines(_ stream: ClientStream) -> [UInt8] {
        guard let quota = stream.permit?.decision else { return [] }
        if now >= wallDue {
            wallAhead = WallClock.milliseconds() - now
            wallDue = now + 1000
        }
        QuotaFields.write(quota, now: now + wallAhead, to: &quotaText)
        return quotaText
    }
}

extension RuleTable {
    /// The rule that a request is counted by, as an index; nil when it is not limited.
    func rule(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm) -> Int? {
        rule(method: bytes.extracting(head.method), path: form.path(of: bytes.extracting(head.target)))
    }
}
