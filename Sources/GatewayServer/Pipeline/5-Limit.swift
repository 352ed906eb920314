import GatePolicy
import HTTP1
import HTTP2
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
        guard !identity.isLocal, let rule = rateRules.rule(requestHead, bytes, pathForm),
            let account = account(rule, bytes, identity)
        else { return nil }
        let decision = shared.rateLimiter.decide(account.policy, client: account.client, now: now)
        stream.permit = RatePermit(account: account, rule: rule, edition: rulesEdition, decision: decision)
        guard !decision.isAllowed else { return nil }
        let isSigned =
            BodyLimits.isStorage(pathForm, of: bytes.extracting(requestHead.target))
            && Credential.isSigned(requestHead, bytes)
        return isSigned
            ? .slowDown(retryAfterSeconds: decision.resetSeconds)
            : .rateLimited(retryAfterSeconds: decision.resetSeconds)
    }

    /// What a request is counted against.
    ///
    /// - Returns: The account; nil when the backend says that there is no limit.
    private func account(_ rule: Int, _ bytes: Span<UInt8>, _ identity: ClientIdentity) -> RateAccount? {
        // Most rules are for addresses alone.
        guard rateRules.verifiedPolicies[rule] != nil else {
            let address = identity.address.limitKey(v6PrefixLength: configuration.ipv6PrefixLength)
            return RateAccount(rateRules.policies[rule], address)
        }
        return RateAccount.find(
            rule, requestHead, bytes, pathForm, identity, configuration, shared.credentials, now: now)
    }

    /// The backend knows who asked: the request was none of those that the limit is for.
    ///
    /// Uploads with a job's token and signed webhooks come as they must, however many they are. A credential that was
    /// found good has an account of its own for some time.
    ///
    /// - Parameters:
    ///   - stream: Whose answer's head is in `responseHead`.
    ///   - bytes: The head's bytes.
    func settle(_ stream: ClientStream, _ bytes: Span<UInt8>) {
        guard let permit = stream.permit, permit.decision.isAllowed else { return }
        let account = permit.account
        guard let field = responseHead.fields.first(where: { $0.name == .verified }) else {
            // It was good once, and is not any more.
            if account.isVerified, let credential = account.credential { shared.credentials.forget(credential.hash) }
            return
        }
        if let credential = account.credential, Credential.Place(bytes.extracting(field.value)) == credential.place {
            shared.credentials.remember(credential.hash, now: now)
        }
        guard !account.isVerified else { return }
        shared.rateLimiter.giveBack(account.policy, client: account.client, countedAt: permit.decision.countedAt)
        stream.permit = nil
    }

    /// The lines that tell the stream's client its limit; empty where there is none.
    func quotaLines(_ stream: ClientStream) -> [UInt8] {
        guard let permit = stream.permit else { return [] }
        return quotaTexts.tell(permit, edition: rulesEdition, as: .lines, unixMilliseconds: wallMilliseconds)
    }

    /// Adds the same to the HTTP/2 head that is open.
    func addQuotaFields(_ stream: ClientStream) {
        guard let permit = stream.permit else { return }
        workspace.output += quotaTexts.tell(
            permit, edition: rulesEdition, as: .literals, unixMilliseconds: wallMilliseconds)
    }
}

extension RuleTable {
    /// The rule that a request is counted by, as an index; nil when it is not limited.
    func rule(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm) -> Int? {
        rule(
            method: bytes.extracting(head.method), path: form.path(of: bytes.extracting(head.target)),
            isPlain: form.isPlain)
    }
}
