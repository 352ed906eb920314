import Logging
import Reactor
import Spool
import Synchronization

/// Where webhooks wait for a backend that is away, one file each.
///
/// Shared by all workers.
final class Inbox: Sendable {
    private let writer: InboxWriter
    private let logger: Logger
    /// What the log was told last.
    private let told = Mutex<InboxObstacle?>(nil)

    /// - Parameters:
    ///   - path: The folder; the folder around it must be there.
    ///   - logger: Hears when webhooks cannot be kept, and when they can again.
    /// - Throws: ``StartError`` when the process may have no more threads or descriptors.
    init(folder path: String, logger: Logger) throws(StartError) {
        self.logger = logger
        do {
            writer = try InboxWriter(folder: path)
        } catch {
            throw StartError("Cannot watch over kept webhooks: \(error). Raise the limits on open files and threads.")
        }
    }

    /// Puts a webhook on the disk, later.
    ///
    /// - Parameters:
    ///   - file: The bytes of its file.
    ///   - ticket: Tells the worker which it was.
    ///   - mail: The worker's.
    /// - Returns: Whether there is room for it to wait; then a note follows.
    func keep(_ file: ByteQueue, ticket: UInt64, mail: InboxMail) -> Bool {
        writer.keep(file) { obstacle in mail.leave(InboxMail.Note(ticket: ticket, isKept: obstacle == nil)) }
    }

    /// Called about once a second.
    func passTime() {
        let obstacle = counts.obstacle
        let isNews = told.withLock { told in
            defer { told = obstacle }
            return told != obstacle
        }
        guard isNews else { return }
        if let obstacle {
            logger.error("Webhooks cannot be kept while the backend is away", metadata: ["problem": "\(obstacle)"])
        } else {
            logger.info("Webhooks can be kept again")
        }
    }

    /// Ends when what was taken is on the disk.
    func stop() { writer.stop() }

    var counts: InboxCounts { writer.counts }
}
