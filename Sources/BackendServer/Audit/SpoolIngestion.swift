import AuditChain
import AuditTrail
import FoundationEssentials
import Jobs
import Logging
import ServiceLifecycle
import Spool
import Storage

/// Moves what the gateway wrote down into the chain, and removes what was moved.
///
/// The events and the place behind them are one transaction, and a segment is removed after it. Whenever the process
/// stops, an event is in the spool, in the chain, or in both; in the last case its id tells.
struct SpoolIngestion: Service {
    private static let interval = Duration.milliseconds(200)
    private static let patience = Duration.seconds(2)
    /// One transaction: some hundred events, so that the other writes wait for it a few milliseconds at the most.
    private static let groupBytes = 256 << 10

    let desk: AuditDesk
    let reader: SpoolReader
    let guardian: HeadGuardian
    let logger: Logger

    func run() async throws {
        var progress = SpoolProgress()
        while !Task.isShuttingDownGracefully {
            let wasGood = await round(&progress)
            let pause = wasGood ? Self.interval : Self.patience
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
            if Task.isCancelled { return }
        }
        // What came until now, from the gateway and from ourselves.
        await desk.recordCounted(isLast: true)
        _ = await round(&progress)
        await guardian.keep(isLast: true)
    }

    /// Looks at all segments once.
    ///
    /// - Parameter progress: How far each was read; read anew after a failure.
    /// - Returns: Whether everything went well.
    func round(_ progress: inout SpoolProgress) async -> Bool {
        await guardian.examine()
        var isGood = true
        do {
            try await ingest(&progress)
            desk.noteGoodRound()
        } catch {
            desk.note(error)
            progress = SpoolProgress()
            isGood = false
        }
        await desk.recordCounted()
        await guardian.keep()
        return isGood
    }

    private func ingest(_ progress: inout SpoolProgress) async throws {
        if !progress.isKnown { progress = SpoolProgress(try await desk.database.auditPositions()) }
        let segments = try await onDisk { [reader] in try reader.segments() }
        let gone = progress.forget(allBut: segments)
        if !gone.isEmpty { try await desk.database.forgetAuditPositions(of: gone) }
        for segment in segments { try await ingest(segment, &progress) }
    }

    private func ingest(_ segment: Int64, _ progress: inout SpoolProgress) async throws {
        while true {
            let start = SpoolPosition(segment: segment, offset: progress.offset(in: segment))
            let batch = try await onDisk { [reader] in try reader.read(from: start, limit: Self.groupBytes) }
            if batch.end != start {
                try await take(batch)
                progress.reach(segment, batch.end.offset)
            }
            if batch.isFinished {
                try await onDisk { [reader] in _ = try reader.remove(batch.end) }
                return
            }
            if batch.end == start { return }
        }
    }

    private func take(_ batch: SpoolBatch) async throws {
        let lines = batch.records.map { try? JSONDecoder().decode(AuditEvent.self, from: Data($0)) }
        let events = lines.compactMap(\.self)
        let malformed = lines.count - events.count
        if malformed > 0 || batch.skippedBytes > 0 {
            // Never what is in them: nobody knows what that is.
            logger.warning(
                "lines of the audit spool are no events",
                metadata: [
                    "segment": "\(batch.end.segment)", "lines": "\(malformed)",
                    "overlong_bytes": "\(batch.skippedBytes)",
                ])
        }
        try await desk.ingest(
            events, malformed: malformed + (batch.skippedBytes > 0 ? 1 : 0),
            reached: AuditPosition(segment: batch.end.segment, offset: batch.end.offset))
    }
}
