import AuditChain
import FoundationEssentials
import Logging
import Settings
import Storage

/// Opens the audit trail with its key, at the start.
///
/// A key that does not fit is refused here and not met later, by the first event: a trail that goes on under another key
/// could not be told from a forged one. No key is made where a trail needs the one that is missing.
struct TrailOpening {
    let settings: BackendSettings
    let database: JobDatabase
    let logger: Logger
    let clock: Clock

    private var paths: StatePaths { settings.paths }

    /// Finds the chain of the stored trail.
    ///
    /// Where the key is lost, a file `audit.reset` in the state folder says that a new trail may begin. It is honoured
    /// once: removed at the next start, whether there was anything to put aside or not.
    ///
    /// - Returns: The chain, whose key fits what is stored.
    /// - Throws: `StartupError`; what the database or the disk says.
    func chain() async throws -> HashChain {
        let isReset = exists(paths.auditReset)
        if !isReset, settings.auditKey == nil, !exists(paths.auditKey), try await database.auditHasBegun() {
            throw try await refusal(
                "\(paths.auditKey) is missing, and the audit trail {} was signed with the key in it. Restore the file from"
                    + " a backup, or set SIMPLETUNER_AUDIT_KEY again if the key was given there.")
        }
        let chain = HashChain(key: try AuditKey.find(settings))
        let fits = try await database.auditFits(chain)
        guard fits || isReset else {
            let source = settings.auditKey == nil ? paths.auditKey : "SIMPLETUNER_AUDIT_KEY"
            throw try await refusal(
                "The audit trail {} was signed with another key than the one in \(source). Restore that key from a backup."
            )
        }
        if !fits { try await putAside(chain) }
        if isReset { try FileManager.default.removeItem(atPath: paths.auditReset) }
        return chain
    }

    /// Begins a new trail whose first entry says where the old one is.
    ///
    /// The copy of the old head goes first: a crash between leaves the order to reset, and the next start does the rest.
    private func putAside(_ chain: HashChain) async throws {
        let now = clock()
        if exists(paths.auditHead) {
            try FileManager.default.moveItem(
                atPath: paths.auditHead, toPath: paths.auditHead + ".closed-\(now.milliseconds)")
        }
        let number = try await database.closeAudit(at: now.milliseconds, chain: chain)
        logger.warning(
            "the audit trail was put aside as audit.reset asked, and a new one begins",
            metadata: ["table": "audit_log_closed_\(number)"])
    }

    /// Says which trail it is, and how to go on without its key.
    private func refusal(_ sentence: String) async throws -> StartupError {
        let count = try await database.auditStatistics(since: 0).total
        return StartupError(
            sentence.replacing("{}", with: "of \(count) entries in \(paths.database)")
                + " If there is none, make an empty file \(paths.auditReset) and start again:"
                + " the entries are put aside in the database, where nobody can verify them without the key,"
                + " and a new trail begins.")
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
