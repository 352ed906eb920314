import FoundationEssentials
import GRDB
import Jobs

/// The upload grants in `jobs`: which tokens may write now.
extension JobTable {
    /// How long after its end a job may still upload: the last files are often sent while the news is already here.
    static let graceSeconds: Int64 = 900

    static func uploadGrant(tokenHash: [UInt8], now: Timestamp, in database: Database) throws -> UploadGrant? {
        try Row.fetchOne(
            database, sql: "\(grants) AND upload_token_hash = ?", arguments: [graceStart(now), Data(tokenHash)]
        ).map(grant)
    }

    static func activeUploadGrants(limit: Int, now: Timestamp, in database: Database) throws -> [UploadGrant] {
        try Row.fetchAll(
            database, sql: "\(grants) ORDER BY created_at DESC LIMIT ?", arguments: [graceStart(now), limit]
        ).map(grant)
    }

    /// A cancelled job is not among them: its token dies at once.
    private static let grants = """
        SELECT job_id, upload_nonce, upload_token_hash FROM jobs
        WHERE upload_token_hash IS NOT NULL
            AND (\(isUnfinished)
                OR (status IN ('completed', 'failed') AND completed_at > ?))
        """

    private static func graceStart(_ now: Timestamp) -> String {
        now.adding(seconds: -graceSeconds).description
    }

    private static func grant(_ row: Row) -> UploadGrant {
        let nonce: Data = row["upload_nonce"]
        let hash: Data = row["upload_token_hash"]
        return UploadGrant(jobID: row["job_id"], nonce: Array(nonce), tokenHash: Array(hash))
    }
}
