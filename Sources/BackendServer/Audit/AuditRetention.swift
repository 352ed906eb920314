import AuditChain
import AuditTrail
import Jobs
import Logging
import ServiceLifecycle
import Storage

/// Removes, at the start and every hour, entries that are too old or too many.
///
/// What is gone cannot be checked any more, so only entries that verify are removed, and the floor is raised with them:
/// what is left still verifies.
struct AuditRetention: Service {
    private static let interval = Duration.seconds(3600)
    private static let groupEntries = 500

    let desk: AuditDesk
    /// How many days an entry is kept; 0 for ever.
    let days: Int
    let entriesMax: Int
    let logger: Logger

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            await sweep()
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
            if Task.isCancelled { return }
        }
    }

    func sweep() async {
        do {
            while try await removeSome(), !Task.isShuttingDownGracefully {}
        } catch {
            logger.error("old audit entries could not be removed", metadata: ["error": "\(error)"])
        }
    }

    /// Removes one group.
    ///
    /// - Returns: Whether there may be more.
    private func removeSome() async throws -> Bool {
        let ends = try await desk.database.auditEnds()
        guard let last = ends.lastSequence else { return false }
        let floor = ends.floor ?? desk.chain.emptyFloor
        let page = try await desk.database.auditEntries(
            after: floor.sequence, through: last, limit: Self.groupEntries)
        let old = page.entries.prefix { isOld($0, last: last) }
        guard let newest = old.last else { return false }
        var verifier = ChainVerifier(desk.chain, floor: floor)
        for entry in old { verifier.check(entry) }
        if let broken = verifier.finish(head: nil).firstBreak {
            logger.error(
                "old audit entries are kept, because they do not verify",
                metadata: ["sequence": "\(broken.sequence)", "flaw": "\(broken.flaw.rawValue)"])
            return false
        }
        let isDone = try await desk.database.trimAudit(
            to: desk.chain.floor(removingThrough: newest), from: ends.floor)
        return isDone && old.count == Self.groupEntries
    }

    private func isOld(_ entry: ChainEntry, last: Int64) -> Bool {
        if entry.sequence <= last - Int64(entriesMax) { return true }
        let limit = desk.clock().adding(seconds: -Int64(days) * 86_400).milliseconds
        return days > 0 && entry.event.milliseconds < limit
    }
}
