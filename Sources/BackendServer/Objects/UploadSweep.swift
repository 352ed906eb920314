import Jobs
import Logging
import ObjectStore
import ServiceLifecycle

/// Removes, at the start and daily, uploads in parts that nobody completed: a killed client aborts nothing.
struct UploadSweep: Service {
    private static let interval = Duration.seconds(24 * 3600)
    /// As long as SimpleTuner's longest jobs and then some; S3's own rules for it usually say seven days.
    private static let patienceSeconds = 7 * 24 * 3600.0

    let store: ObjectStore
    let logger: Logger
    let clock: Clock

    func run() async throws {
        await repeatUntilShutdown(pausing: Self.interval) { await sweep() }
    }

    func sweep() async {
        let moment = clock().seconds - Self.patienceSeconds
        do {
            try await onDisk { try store.removeUploads(begunBefore: moment) }
        } catch {
            logger.error("abandoned uploads could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
