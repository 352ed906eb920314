import GatePolicy
import HTTP1
import NetworkAddress
import RateLimit

/// What a request is counted against.
struct RateAccount {
    let policy: QuotaPolicy
    /// An address or network, or a credential, as the limiter takes it.
    let client: UInt128
    /// What the request shows to prove its sender, where that can make a difference.
    let credential: Credential?
    /// Whether the credential was found good not long ago.
    let isVerified: Bool

    init(_ policy: QuotaPolicy, _ client: UInt128, credential: Credential? = nil, isVerified: Bool = false) {
        self.policy = policy
        self.client = client
        self.credential = credential
        self.isVerified = isVerified
    }

    /// Finds it: an address, unless the request shows a credential that was found good not long ago.
    ///
    /// - Parameters:
    ///   - rule: The rule that the request is counted by, as an index of the configuration's.
    ///   - head: As parsed from `bytes`.
    ///   - bytes: The head's bytes.
    ///   - form: The normal form of its path.
    ///   - identity: Who asks.
    ///   - configuration: What the worker goes by.
    ///   - credentials: Those that the backend found good.
    ///   - now: Monotonic milliseconds.
    /// - Returns: The account; nil when the backend says that there is no limit.
    static func find(
        _ rule: Int, _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ form: borrowing PathForm,
        _ identity: ClientIdentity, _ configuration: WorkerConfiguration, _ credentials: VerifiedCredentials,
        now: Int64
    ) -> RateAccount? {
        let address = identity.address.limitKey(v6PrefixLength: configuration.ipv6PrefixLength)
        let policy = configuration.rateRules.policies[rule]
        guard let verified = configuration.rateRules.verifiedPolicies[rule] else { return RateAccount(policy, address) }
        let credential = Credential(head, bytes, rule: policy.id, address: address)
        if let credential, credentials.contains(credential.hash, now: now) {
            return RateAccount(verified, credential.hash, credential: credential, isVerified: true)
        }
        let path = form.path(of: bytes.extracting(head.target))
        guard configuration.policy.limitsWebhooks,
            let name = WebhookPath.provider(of: path, method: bytes.extracting(head.method)),
            let (limit, provider) = configuration.policy.webhookLimit(provider: path.extracting(name))
        else { return RateAccount(policy, address, credential: credential) }
        guard limit.calls > 0 else { return nil }
        // The provider's own count, which goes on while its limit changes.
        let id = policy.id &+ UInt32(truncatingIfNeeded: provider + 1) &* 0x9e37_79b1
        let quota = Quota(calls: limit.calls, periodSeconds: limit.periodSeconds)
        return RateAccount(QuotaPolicy(id: id, quota: quota), address)
    }
}

/// How a request was counted, so that it can be told and taken back.
struct RatePermit {
    let account: RateAccount
    /// The rule, as an index of the table that was used then.
    let rule: Int
    /// Which table that was.
    let edition: Int
    let decision: RateDecision
}
