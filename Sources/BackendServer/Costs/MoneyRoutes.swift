import Hummingbird
import Storage

/// The routes around jobs: what they may cost, who agrees to them, and when they are sent.
struct MoneyRoutes: Sendable {
    let quotas: QuotaRoutes
    let approvals: ApprovalRoutes
    let queue: QueueRoutes
    let costs: CostRoutes
    let hints: HintRoutes
    let configs: ConfigRoutes

    init(submissions: SubmissionDesk, cancellations: CancellationDesk, audit: AuditDesk) {
        let (database, clock) = (submissions.database, submissions.clock)
        let dispatcher = submissions.dispatcher
        let desk = ApprovalDesk(database: database, dispatcher: dispatcher, clock: clock)
        quotas = QuotaRoutes(database: database, audit: audit, clock: clock)
        approvals = ApprovalRoutes(database: database, desk: desk, audit: audit, clock: clock)
        queue = QueueRoutes(
            database: database, desk: QueueDesk(database: database, dispatcher: dispatcher, clock: clock),
            approvals: desk, cancellations: cancellations, audit: audit, clock: clock)
        costs = CostRoutes(
            database: database, providers: submissions.providers, submissions: submissions, clock: clock)
        hints = HintRoutes(database: database)
        configs = ConfigRoutes(configs: submissions.configs, database: database)
    }

    func add(to group: RouterGroup<BackendContext>) {
        quotas.add(to: group.group("/api/quotas"))
        approvals.add(to: group.group("/api/approvals"))
        let waiting = group.group("/api/queue")
        queue.add(to: waiting)
        let cloud = group.group("/api/cloud")
        costs.add(to: cloud, group.group("/api/metrics"))
        hints.add(to: cloud, waiting)
        configs.add(to: cloud, group.group("/api/configs"))
    }
}
