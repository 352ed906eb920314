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
    let accounts: AccountDesk
    let subscriptions: SubscriptionRoutes
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
        metrics.addOpen(to: router)

        let known = router.group().add(
            middleware: Authentication(
                desk: accounts, audit: audit.desk, pages: pages, allowedOrigins: crossOrigin.allowed))
        let users = UserRoutes(desk: accounts, audit: audit.desk)
        AuthRoutes(desk: accounts, audit: audit.desk, pages: pages, allowedOrigins: crossOrigin.allowed)
            .add(to: known.group("/api/auth").add(middleware: NotStored()))
        users.addOpen(to: known)
        inquiries.addOpen(to: known)
        money.hints.addOpen(to: known)
        objects.add(to: known)

        let signedIn = known.group().add(middleware: SignedIn())
        events.add(to: signedIn)
        uploads.add(to: signedIn)
        localUpload.add(to: signedIn)
        metrics.add(to: signedIn)
        let personal = signedIn.group().add(middleware: NotStored())
        users.add(to: personal.group("/api/users"))
        StandingRoutes(desk: accounts, audit: audit.desk).add(to: personal.group("/api/users"))
        KeyRoutes(desk: accounts, audit: audit.desk).add(to: personal.group("/api/auth/api-keys"))
        RegistrationRoutes(desk: accounts, audit: audit.desk).add(to: signedIn.group("/api/cloud/settings"))
        jobs.add(to: signedIn.group("/api/cloud/jobs"))
        observations.add(to: signedIn.group("/api/cloud/jobs"))
        providers.add(to: signedIn.group("/api/cloud/providers"))
        tokens.add(to: signedIn.group("/api/cloud/providers"))
        inquiries.add(to: signedIn.group("/api/cloud/providers"))
        inquiries.addAround(signedIn.group("/api/cloud"))
        inquiries.addTwins(signedIn.group("/api/metrics"))
        probes.add(to: signedIn.group("/api/cloud/providers"))
        probes.addTest(to: signedIn.group("/"))
        subscriptions.add(to: signedIn.group("/api/webhooks"))
        audit.add(to: signedIn.group("/api/audit"))
        money.add(to: signedIn)
        return router
    }
}
