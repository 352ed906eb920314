/// How the gateway stands to the policy that is wanted.
struct PolicyStanding: Sendable {
    /// The version that is stored; nil when the database does not say.
    let wanted: Int?
    let gateway: Result<GatewayStanding, GatewaySilence>

    /// The version that every worker of the gateway uses; nil when it does not say.
    var applied: Int? { (try? gateway.get())?.version }

    /// Whether the gateway does not take the file that lies there.
    var isRefused: Bool { (try? gateway.get().refused) != nil }

    /// Whether the gateway cannot write its audit events down.
    var losesAuditEvents: Bool { (try? gateway.get().auditFailure) != nil }

    /// Whether webhooks that came while this process is away would be lost.
    var losesWebhooks: Bool { (try? gateway.get().inboxFailure) != nil }

    /// What is wrong, as a sentence that anybody may read; nil when nothing is.
    var problem: String? {
        guard let wanted else { return "The version of the policy is not known." }
        switch gateway {
        case .failure(let silence): return "\(silence.sentence) Wanted is version \(wanted)."
        case .success(let standing):
            if let refusal = standing.refusal {
                return "\(refusal) \(standing.progress) Wanted is version \(wanted)."
            }
            guard standing.version ?? -1 < wanted else { return nil }
            return "\(standing.progress) Wanted is version \(wanted)."
        }
    }
}
