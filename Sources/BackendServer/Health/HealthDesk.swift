import FoundationEssentials
import Jobs
import Logging
import ObjectStore
import Providers
import Settings
import Storage
import Synchronization

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
    /// A write per question would let anybody keep the disk busy.
    private static let probeLifetimeSeconds = 1.0

    let providers: ProviderDesk
    let startedAt: Timestamp
    private let objects: ObjectStore
    private let audit: AuditDesk
    private let outputs: String
    private let logger: Logger
    /// Everybody may ask, so other people's servers are asked seldom.
    private static let replicateLifetimeSeconds = 10.0
    private static let replicatePatience = Duration.seconds(5)
    private let lastDatabase = Mutex<Finding?>(nil)
    private let lastReplicate = Mutex<Finding?>(nil)
    private let databaseFlight = SingleFlight<Component>()
    private let replicateFlight = SingleFlight<Component>()

    init(
        providers: ProviderDesk, objects: ObjectStore, audit: AuditDesk, outputs: String, startedAt: Timestamp,
        logger: Logger
    ) {
        self.providers = providers
        self.objects = objects
        self.audit = audit
        self.outputs = outputs
        self.startedAt = startedAt
        self.logger = logger
    }

    var uptimeSeconds: Double { max(0, providers.clock().secondsSince(startedAt)) }

    /// The parts of this machine.
    func components() async -> [Component] {
        [await database(), secrets(), storage(), auditTrail()]
    }

    /// Whether the database takes writes: a durable write, at most one a second.
    func database() async -> Component {
        await databaseFlight.value {
            await Self.recent(in: lastDatabase, Self.probeLifetimeSeconds, providers.clock()) { await probe($0) }
        }
    }

    /// Whether Replicate answers and knows us.
    func replicate() async -> Component {
        await replicateFlight.value {
            await Self.recent(in: lastReplicate, Self.replicateLifetimeSeconds, providers.clock()) { _ in
                await askReplicate()
            }
        }
    }

    /// What was found lately, or is found now.
    private static func recent(
        in last: borrowing Mutex<Finding?>, _ lifetimeSeconds: Double, _ now: Timestamp,
        _ find: (Timestamp) async -> Component
    ) async -> Component {
        if let known = last.withLock({ $0 })?.component(at: now, within: lifetimeSeconds) { return known }
        let component = await find(now)
        last.withLock { $0 = Finding(at: now, component: component) }
        return component
    }

    /// What was found, and when.
    private struct Finding {
        let at: Timestamp
        let component: Component

        func component(at now: Timestamp, within seconds: Double) -> Component? {
            abs(now.secondsSince(at)) < seconds ? component : nil
        }
    }

    private func askReplicate() async -> Component {
        let start = ContinuousClock.now
        do {
            let configuration = try await providers.configuration()
            guard let client = providers.replicate(configuration, patience: Self.replicatePatience) else {
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

    private func probe(_ now: Timestamp) async -> Component {
        let start = ContinuousClock.now
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

    private func secrets() -> Component {
        providers.settings.replicateToken != nil
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

    private func auditTrail() -> Component {
        let account = audit.account
        if account.isHalted {
            return Component(name: "audit", status: .unhealthy, message: "Audit trail cannot be continued")
        }
        if account.isSetBack {
            return Component(name: "audit", status: .degraded, message: "Audit trail is not the one that was kept")
        }
        return account.isFailing
            ? Component(name: "audit", status: .degraded, message: "Audit events cannot be written down")
            : Component(name: "audit", status: .healthy, message: "Audit trail in use")
    }
}
