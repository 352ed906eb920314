/// Whether a job may be made, and on which terms: decided from facts that are read in the transaction which makes it.
public struct Admission: Sendable {
    public struct Facts: Sendable {
        public var quotas: [Quota] = []
        public var usage = QuotaUsage()
        public var rules: [ApprovalRule] = []
        public var costLimit: CostLimit?
        /// Spent and reserved within the period of the cost limit, in US dollars.
        public var spend = 0.0

        public init() {}
    }

    public struct Terms: Equatable, Sendable {
        public var quotaWarnings: [String] = []
        public var costLimitWarning: String?
        /// Who has to agree first, and why; nil when nobody has to.
        public var approval: ApprovalNeed?

        public init() {}
    }

    public enum Verdict: Equatable, Sendable {
        case refused(String)
        case admitted(Terms)
    }

    public let submitter: Submitter
    public let wish: ApprovalRule.Wish

    public init(submitter: Submitter, wish: ApprovalRule.Wish) {
        self.submitter = submitter
        self.wish = wish
    }

    /// Decides: the cost limit first, then the quotas, then the approval rules.
    public func verdict(_ facts: Facts) -> Verdict {
        var terms = Terms()
        if let limit = facts.costLimit, limit.isPassed(at: facts.spend, byJobOf: wish.cost) {
            let sentence = "Cost limit exceeded: \(limit.sentence(facts.spend))"
            guard limit.action == .warn else { return .refused(sentence) }
            terms.costLimitWarning = sentence
        }
        for quota in facts.quotas.holding(for: submitter) {
            let status = QuotaStatus(quota, facts.usage)
            guard status.isPassed(byJobOf: wish.cost) else { continue }
            let sentence = "Quota exceeded: \(status.sentence)"
            switch quota.action {
            case .block where !submitter.passesQuotas: return .refused(sentence)
            case .requireApproval where !submitter.passesApproval:
                terms.approval = terms.approval ?? ApprovalNeed(ruleID: nil, reason: sentence, level: "lead")
            case .block, .warn, .requireApproval: terms.quotaWarnings.append(sentence)
            }
        }
        if !submitter.passesApproval {
            terms.approval = facts.rules.need(of: wish, by: submitter, facts.usage) ?? terms.approval
        }
        return .admitted(terms)
    }
}
