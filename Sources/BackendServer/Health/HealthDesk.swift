import FoundationEssentials
import JSON
import Jobs
import Logging
import ObjectStore
import Providers
import Secrets
import Settings
import Storage

/// Looks after the parts that must work.
final class HealthDesk: Sendable {
    /// A component's state; the number is what the metrics show.
    enum Status: String, Sendable { case unhealthy, degraded, healthy }

    struct Component: Sendable {
        let name: String
        let status: Status
        var latencyMilliseconds: Double?
        let message: String
    }

    /// Below this uploads will soon fail.
    private static let freeBytesLow: UInt64 = 1 << 30
    private static let replicatePatience = Duration.seconds(5)

    let providers: ProviderDesk
    let startedAt: Timestamp
    private let policy: PolicyDesk
    private let objects: ObjectStore
    private let audit: AuditDesk
    private let outputs: String
    private let logger: Logger
    /// A write per question would let anybody keep the disk busy.
    private let databaseFinding = RecentFinding<Component>(lifetimeSeconds: 1)
    private let policyFinding = RecentFinding<PolicyStanding>(lifetimeSeconds: 1)
    /// Everybody may ask, so other people's servers are asked seldom.
    private let replicateFinding = RecentFinding<Component>(lifetimeSeconds: 10)

    init(
        providers: ProviderDesk, policy: PolicyDesk, objects: ObjectStore, audit: AuditDesk, outputs: String,
        startedAt: Timestamp,
        logger: Logger
    ) {
        self.providers = providers
        self.policy = policy
        self.objects = objects
        self.audit = audit
        self.outputs = outputs
        self.startedAt = startedAt
        self.logger = logger
    }

    var uptimeSeconds: Double { max(0, providers.clock().secondsSince(startedAt)) }

    /// The parts of this machine.
    func components() async -> [Component] {
        let standing = await policyStanding()
        return [await database(), await secrets(), storage(), Component(standing), auditTrail(standing)]
            + [await verification(), inbox(standing)].compactMap(\.self)
    }

    /// The circuit breakers: other people's servers, as we find them.
    func breakers() -> [Component] { providers.breakers.standings.map(\.component) }

    /// Nil while the certificates of others are checked, as they should be.
    private func verification() async -> Component? {
        guard await providers.hasUnverifiedCalls else { return nil }
        return Component(
            name: "outbound_tls", status: .degraded, message: "Certificates of providers are not checked (ssl_verify)")
    }

    /// Nil while the gateway could keep webhooks, or says nothing of it.
    private func inbox(_ gateway: PolicyStanding) -> Component? {
        guard gateway.losesWebhooks else { return nil }
        return Component(
            name: "webhook_inbox", status: .degraded, message: "The gateway cannot keep webhooks for a restart")
    }

    /// Whether the database takes writes: a durable write, at most one a second.
    func database() async -> Component {
        await databaseFinding.value(providers.clock) { await probe() }
    }

    /// Whether the gateway uses the policy that is wanted.
    func policyStanding() async -> PolicyStanding {
        await policyFinding.value(providers.clock) { await policy.standing() }
    }

    /// Whether Replicate answers and knows us.
    func replicate() async -> Component {
        await replicateFinding.value(providers.clock) { await askReplicate() }
    }

    private func askReplicate() async -> Component {
        let start = ContinuousClock.now
        do {
            let configuration = try await providers.configuration()
            guard
                let client = await providers.replicate(configuration, patience: Self.replicatePatience, retry: .once)
            else {
                return Component(name: "replicate_api", status: .degraded, message: "No API token configured")
            }
            _ = try await client.account()
            return Component(
                name: "replicate_api", status: .healthy,
                latencyMilliseconds: (ContinuousClock.now - start).milliseconds, message: "Replicate API accessible")
        } catch {
            return Component(name: "replicate_api", status: .degraded, message: "Replicate API not accessible")
        }
    }

    private func probe() async -> Component {
        let (start, now) = (ContinuousClock.now, providers.clock())
        do {
            try await providers.database.setSettings(["health_probe": .string(now.description)])
            return Component(
                name: "database", status: .healthy, latencyMilliseconds: (ContinuousClock.now - start).milliseconds,
                message: "SQLite database accessible")
        } catch {
            logger.error("the database takes no writes", metadata: ["error": "\(error)"])
            return Component(name: "database", status: .unhealthy, message: "SQLite database not writable")
        }
    }

    private func secrets() async -> Component {
        await providers.secret(.replicateToken) != nil
            ? Component(name: "secrets", status: .healthy, message: "API token configured")
            : Component(name: "secrets", status: .degraded, message: "No API token configured")
    }

    private func storage() -> Component {
        let files = FileManager.default
        let attributes = try? files.attributesOfFileSystem(forPath: outputs)
        guard let free = attributes?[.systemFreeSize] as? UInt64, objects.isWritable,
            files.isWritableFile(atPath: outputs)
        else { return Component(name: "storage", status: .unhealthy, message: "Output folder not writable") }
        guard free >= Self.freeBytesLow else {
            return Component(name: "storage", status: .degraded, message: "Less than 1 GiB free for outputs")
        }
        return Component(name: "storage", status: .healthy, message: "\(free >> 30) GiB free for outputs")
    }

    private func auditTrail(_ gateway: PolicyStanding) -> Component {
        let account = audit.account
        if account.isHalted {
            return Component(name: "audit", status: .unhealthy, message: "Audit trail cannot be continued")
        }
        if account.isSetBack {
            return Component(name: "audit", status: .degraded, message: "Audit trail is not the one that was kept")
        }
        if gateway.losesAuditEvents {
            return Component(name: "audit", status: .degraded, message: "The gateway cannot write its refusals down")
        }
        return account.isFailing
            ? Component(name: "audit", status: .degraded, message: "Audit events cannot be written down")
            : Component(name: "audit", status: .healthy, message: "Audit trail in use")
    }
}

extension HealthDesk.Component {
    fileprivate init(_ standing: PolicyStanding) {
        let problem = standing.problem
        self.init(
            name: "policy", status: problem == nil ? .healthy : .degraded,
            message: problem ?? "The gateway uses version \(standing.applied ?? 0), as wanted")
    }
}
