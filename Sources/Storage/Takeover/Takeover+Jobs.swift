import Crypto
import FoundationEssentials
import GRDB
import JSON
import Jobs

extension Takeover {
    /// Carries the jobs over.
    ///
    /// A job's id was the provider's id there, so it is both here. A status that nobody knows is the end of a job: it
    /// would else be asked after for ever.
    ///
    /// - Returns: How many there were.
    func carryJobs() throws -> Int {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM \(Self.prefix)jobs ORDER BY rowid")
        var (count, predictions) = (0, Set<String>())
        while let row = try rows.next().map(ForeignRow.init) {
            guard let id = row.words("job_id"), let created = row.timestamp("created_at") else { continue }
            var metadata = (try? JSONValue(parsing: row.text("metadata") ?? "{}"))?.members ?? [:]
            let word = row.text("status") ?? ""
            var status = JobStatus(spelling: word) ?? .failed
            // Nobody runs it any more, and nobody else could say so.
            let isLost = row.text("job_type") == "local" && !status.isTerminal
            if isLost { status = .failed }
            if JobStatus(spelling: word) == nil { metadata["status"] = .string(String(word.prefix(64))) }
            let prediction = metadata["prediction_id"]?.text ?? (row.text("provider") == "replicate" ? id : nil)
            let externalID = prediction.flatMap { predictions.insert($0).inserted ? $0 : nil }
            let ended = row.timestamp("completed_at") ?? (status.isTerminal ? created : nil)
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO jobs (job_id, external_id, job_type, provider, status, config_name, created_at,
                        queued_at, started_at, completed_at, cost_usd, hardware_type, error_message, output_url, user_id,
                        metadata, priority, priority_override, attempt, max_attempts, estimated_cost, upload_nonce,
                        upload_token_hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, externalID, row.text("job_type") == "local" ? "local" : "cloud", row.text("provider"),
                    status.rawValue, row.text("config_name"), created.description,
                    row.timestamp("queued_at")?.description, row.timestamp("started_at")?.description,
                    ended?.description, row.real("cost_usd"), row.text("hardware_type"),
                    isLost ? "Interrupted: SimpleTuner's own server was stopped." : row.text("error_message"),
                    row.text("output_url"), row.integer("user_id"), JSONValue.object(metadata).jsonText,
                    row.integer("priority") ?? 10, row.integer("priority_override"), row.integer("attempt") ?? 1,
                    row.integer("max_attempts") ?? 3, row.real("estimated_cost"),
                    status.isTerminal ? nil : row.words("upload_token").map { _ in Data() },
                    status.isTerminal ? nil : row.words("upload_token").map { Data(SHA256.hash(data: Data($0.utf8))) },
                ])
            count += database.changesCount
        }
        return count
    }

    /// Carries the configurations over as they are: what we do not know of them is not read.
    ///
    /// - Returns: How many providers have one.
    func carryProviders() throws -> Int {
        var count = 0
        for row in try Row.fetchAll(database, sql: "SELECT * FROM \(Self.prefix)provider_config").map(ForeignRow.init) {
            guard let provider = row.words("provider"),
                let config = (try? JSONValue(parsing: row.text("config") ?? ""))?.members
            else { continue }
            let now = row.timestamp("updated_at") ?? Timestamp(seconds: 0)
            try ProviderConfigTable.put(config, of: provider, now: now, into: database)
            count += 1
        }
        return count
    }
}
