import Hummingbird
import Logging

/// The routes of the backend, one line per feature: the table of contents of the API.
struct BackendRoutes: Sendable {
    let jobs: JobRoutes
    let observations: JobObservationRoutes
    let providers: ProviderRoutes
    let tokens: TokenRoutes
    let inquiries: InquiryRoutes
    let probes: ProbeRoutes
    let webhooks: WebhookRoutes
    let events: EventRoutes
    let uploads: UploadStepRoutes
    let objects: ObjectRoutes
    let localUpload: LocalUploadRoutes
    let health: HealthRoutes
    let metrics: MetricsRoutes
    let audit: AuditRoutes
    let money: MoneyRoutes
    let pages: PageOrigin
    let crossOrigin: CrossOrigin

    /// Everything, behind what every request goes through.
    func router() -> Router<BackendContext> {
        let router = Router(context: BackendContext.self)
        router.add(middleware: AccessLog(statistics: metrics.desk.requests))
        router.add(middleware: SecurityHeaders())
        router.add(middleware: crossOrigin)
        router.add(middleware: ErrorAnswers())
        router.add(middleware: ClientAddress(pages: pages))

        health.add(to: router)
        webhooks.add(to: router)
        events.add(to: router)
        uploads.add(to: router)
        objects.add(to: router)
        localUpload.add(to: router)
        metrics.addOpen(to: router)
        metrics.add(to: router)

        let admin = router.group().add(middleware: LocalAdminOnly())
        jobs.add(to: admin.group("/api/cloud/jobs"))
        observations.add(to: admin.group("/api/cloud/jobs"))
        providers.add(to: admin.group("/api/cloud/providers"))
        tokens.add(to: admin.group("/api/cloud/providers"))
        inquiries.add(to: admin.group("/api/cloud/providers"))
        inquiries.addAround(admin.group("/api/cloud"))
        inquiries.addTwins(admin.group("/api/metrics"))
        probes.add(to: admin.group("/api/cloud/providers"))
        probes.addTest(to: admin.group("/"))
        audit.add(to: admin.group("/api/audit"))
        money.add(to: admin)
        return router
    }
}
