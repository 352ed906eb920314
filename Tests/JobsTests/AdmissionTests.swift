import Jobs
import Testing

@Suite struct AdmissionTests {
    private func quota(
        _ type: QuotaType, _ limit: Double, _ action: QuotaAction = .block, _ scope: Quota.Scope = .global
    ) -> Quota {
        Quota(id: 1, type: type, limit: limit, action: action, scope: scope)
    }

    private func verdict(
        _ quotas: [Quota], _ usage: QuotaUsage = QuotaUsage(), cost: Double = 1, limit: CostLimit? = nil,
        spend: Double = 0, rules: [ApprovalRule] = [], _ change: (inout Submitter) -> Void = { _ in }
    ) -> Admission.Verdict {
        var submitter = Submitter(userID: 7)
        change(&submitter)
        var facts = Admission.Facts()
        (facts.quotas, facts.usage, facts.costLimit, facts.spend, facts.rules) = (quotas, usage, limit, spend, rules)
        let wish = ApprovalRule.Wish(provider: "replicate", configName: "demo", hardware: .h100, cost: cost)
        return Admission(submitter: submitter, wish: wish).verdict(facts)
    }

    private func usage(_ change: (inout QuotaUsage) -> Void) -> QuotaUsage {
        var usage = QuotaUsage()
        change(&usage)
        return usage
    }

    @Test(arguments: [
        (used: 4, isRefused: false), (used: 5, isRefused: true), (used: 6, isRefused: true),
    ])
    func `a job that would be one too many is refused`(used: Int, isRefused: Bool) {
        let verdict = verdict([quota(.concurrentJobs, 5)], usage { $0.activeJobs = used })
        #expect(
            verdict == (isRefused ? .refused("Quota exceeded: Maximum 5 concurrent jobs allowed") : .admitted(.init())))
    }

    @Test func `money counts with what the job is expected to cost`() {
        #expect(verdict([quota(.costDaily, 10)], usage { $0.costLastDay = 9 }, cost: 1) == .admitted(.init()))
        #expect(
            verdict([quota(.costDaily, 10)], usage { $0.costLastDay = 9 }, cost: 1.01)
                == .refused("Quota exceeded: $9.00 of $10.00 daily limit used"))
    }

    @Test func `the narrowest scope decides, be it wider or tighter`() {
        let mine = quota(.jobsPerDay, 9, .block, .user(7))
        let level = quota(.jobsPerDay, 1, .block, .level(3))
        let all = quota(.jobsPerDay, 1)
        let used = usage { $0.jobsLastDay = 5 }
        #expect(verdict([all, level, mine], used) { $0.levelIDs = [3] } == .admitted(.init()))
        #expect(verdict([quota(.jobsPerDay, 9), level], used) { $0.levelIDs = [3] } != .admitted(.init()))
        #expect(verdict([quota(.jobsPerDay, 1, .block, .user(8))], used) == .admitted(.init()))
    }

    @Test func `a quota that warns lets the job through, as for somebody whom quotas do not bind`() {
        let used = usage { $0.activeJobs = 5 }
        var terms = Admission.Terms()
        terms.quotaWarnings = ["Quota exceeded: Maximum 5 concurrent jobs allowed"]
        #expect(verdict([quota(.concurrentJobs, 5, .warn)], used) == .admitted(terms))
        #expect(verdict([quota(.concurrentJobs, 5)], used) { $0.passesQuotas = true } == .admitted(terms))
    }

    /// Weakness 51: the limit is one on what is spent and reserved, and nobody is above it.
    @Test(arguments: [(spend: 9.0, cost: 1.0, isIn: true), (9.5, 1.0, false), (10.0, 0.0, false), (0.0, 10.01, false)])
    func `a cost limit that blocks is not passed by a cent`(spend: Double, cost: Double, isIn: Bool) {
        let limit = CostLimit(amount: 10, period: .weekly, action: .block)
        let verdict = verdict([], cost: cost, limit: limit, spend: spend) { $0.passesQuotas = true }
        let sentence = "Cost limit exceeded: \(Dollars(spend)) spent of $10.00 weekly limit."
        #expect(verdict == (isIn ? .admitted(.init()) : .refused(sentence)))
    }

    @Test func `a cost limit that warns says so`() {
        let limit = CostLimit(amount: 10, period: .monthly, action: .warn)
        var terms = Admission.Terms()
        terms.costLimitWarning = "Cost limit exceeded: $12.00 spent of $10.00 monthly limit."
        #expect(verdict([], limit: limit, spend: 12) == .admitted(terms))
    }

    private func rule(_ condition: ApprovalRule.Condition, _ threshold: String) -> ApprovalRule {
        ApprovalRule(name: "r", condition: condition, threshold: threshold, createdAt: Timestamp(seconds: 0))
    }

    /// Weakness 58: rules were never looked at.
    ///
    /// Each row: a rule, and whether it asks for an approval.
    @Test(arguments: [
        (ApprovalRule.Condition.costExceeds, "0.99", true), (.costExceeds, "1", false), (.costExceeds, "x", true),
        (.hardwareType, "H100", true), (.hardwareType, "l40s", false), (.provider, "replicate", true),
        (.provider, "other", false), (.dailyJobsExceed, "3", true), (.dailyJobsExceed, "4", false),
        (.firstJob, "", true), (.configPattern, "de*o", true), (.configPattern, "*x*", false),
        (.userLevel, "viewer", true), (.userLevel, "lead", false),
    ])
    func `an approval rule is looked at when a job is submitted`(
        condition: ApprovalRule.Condition, threshold: String, asks: Bool
    ) {
        let verdict = verdict(
            [], usage { $0.jobsLastDay = 3 }, rules: [rule(condition, threshold)]
        ) { $0.levels = ["viewer"] }
        var terms = Admission.Terms()
        if asks { terms.approval = ApprovalNeed(ruleID: 0, reason: "Rule: r", level: "lead") }
        #expect(verdict == .admitted(terms))
    }

    @Test func `nobody asks for an approval of whom no approval is needed, or who is exempt, or when switched off`() {
        var off = rule(.firstJob, "")
        off.isActive = false
        var exempt = rule(.firstJob, "")
        exempt.exemptLevels = ["lead"]
        #expect(verdict([], rules: [rule(.firstJob, "")]) { $0.passesApproval = true } == .admitted(.init()))
        #expect(verdict([], rules: [off, exempt]) { $0.levels = ["lead"] } == .admitted(.init()))
    }
}
