import FoundationEssentials
import GRDB
import Jobs

/// All SQL that touches `idempotency`.
enum IdempotencyTable {
    struct Entry {
        let requestHash: [UInt8]
        let jobID: String
    }

    static func entry(_ claim: SubmissionClaim, now: Timestamp, in database: Database) throws -> Entry? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT request_hash, job_id FROM idempotency
                WHERE owner = ? AND endpoint = ? AND key = ? AND expires_at > ?
                """, arguments: [claim.owner, claim.endpoint, claim.key, now.description]
        ).map { row in
            let hash: Data = row["request_hash"]
            return Entry(requestHash: Array(hash), jobID: row["job_id"])
        }
    }

    /// Writes the claim over an expired one of the same key.
    static func insert(_ claim: SubmissionClaim, jobID: String, now: Timestamp, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO idempotency (owner, endpoint, key, request_hash, job_id, created_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                claim.owner, claim.endpoint, claim.key, Data(claim.requestHash), jobID, now.description,
                now.adding(seconds: SubmissionClaim.lifetimeSeconds).description,
            ])
    }

    static func delete(jobID: String, from database: Database) throws {
        try database.execute(sql: "DELETE FROM idempotency WHERE job_id = ?", arguments: [jobID])
    }

    /// Removes a few that are over: enough that more go than come, few enough not to be felt.
    static func sweep(now: Timestamp, in database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM idempotency WHERE (owner, endpoint, key) IN
                    (SELECT owner, endpoint, key FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT 20)
                """, arguments: [now.description])
    }
}
