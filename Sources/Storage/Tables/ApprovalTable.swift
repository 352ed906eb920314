import GRDB
import JSON
import Jobs

/// All SQL that touches `approval_rules` and `approval_requests`.
enum ApprovalTable {
    static let rulesMax = 200

    /// A rule whose condition is unknown is passed over.
    static func rules(in database: Database) throws -> [ApprovalRule] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM approval_rules ORDER BY priority DESC, id LIMIT \(rulesMax)"
        ).compactMap(rule)
    }

    static func rule(_ id: Int64, in database: Database) throws -> ApprovalRule? {
        try Row.fetchOne(database, sql: "SELECT * FROM approval_rules WHERE id = ?", arguments: [id]).flatMap(rule)
    }

    /// Writes a rule, new when its id is zero.
    ///
    /// - Returns: Its id; nil when there are too many.
    static func put(_ rule: ApprovalRule, into database: Database) throws -> Int64? {
        if rule.id == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM approval_rules") ?? 0 >= rulesMax {
            return nil
        }
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO approval_rules (id, name, description, condition, threshold, is_active, priority,
                    applies_to_provider, applies_to_level, exempt_levels, required_approver_level, created_at, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                rule.id == 0 ? nil : rule.id, rule.name, rule.description, rule.condition.rawValue, rule.threshold,
                rule.isActive, rule.priority, rule.provider, rule.level,
                JSONValue.array(rule.exemptLevels.map { .string($0) }).jsonText, rule.approverLevel,
                rule.createdAt.description, rule.createdBy,
            ])
        return database.lastInsertedRowID
    }

    static func deleteRule(_ id: Int64, from database: Database) throws -> Bool {
        try database.execute(sql: "DELETE FROM approval_rules WHERE id = ?", arguments: [id])
        return database.changesCount > 0
    }

    static func insert(_ need: ApprovalNeed, of job: Job, now: Timestamp, into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO approval_requests (job_id, rule_id, status, reason, required_level, created_at, expires_at)
                VALUES (?, ?, 'pending', ?, ?, ?, ?)
                """,
            arguments: [
                job.id, need.ruleID, need.reason, need.level, now.description,
                now.adding(seconds: ApprovalRequest.lifetimeSeconds).description,
            ])
    }

    static func requests(
        _ status: ApprovalRequest.Status?, limit: Int, in database: Database
    ) throws -> [ApprovalRequest] {
        let filter = status == nil ? "" : "WHERE status = ?"
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM approval_requests \(filter) ORDER BY created_at DESC, id DESC LIMIT ?",
            arguments: StatementArguments(status.map { [$0.rawValue] } ?? []) + [limit])
        return try rows.compactMap { try request($0, in: database) }
    }

    static func request(_ id: Int64, in database: Database) throws -> ApprovalRequest? {
        try Row.fetchOne(database, sql: "SELECT * FROM approval_requests WHERE id = ?", arguments: [id])
            .flatMap { try request($0, in: database) }
    }

    static func request(ofJob job: String, in database: Database) throws -> ApprovalRequest? {
        try Row.fetchOne(database, sql: "SELECT * FROM approval_requests WHERE job_id = ?", arguments: [job])
            .flatMap { try request($0, in: database) }
    }

    static func pendingCount(in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM approval_requests WHERE status = 'pending'") ?? 0
    }

    static func overdue(now: Timestamp, in database: Database) throws -> [Int64] {
        try Int64.fetchAll(
            database,
            sql: "SELECT id FROM approval_requests WHERE status = 'pending' AND expires_at <= ? ORDER BY id LIMIT 500",
            arguments: [now.description])
    }

    static func close(_ request: ApprovalRequest, in database: Database) throws {
        try database.execute(
            sql: "UPDATE approval_requests SET status = ?, reviewed_by = ?, reviewed_at = ?, notes = ? WHERE id = ?",
            arguments: [
                request.status.rawValue, request.reviewedBy, request.reviewedAt?.description, request.notes, request.id,
            ])
    }

    private static func rule(_ row: Row) -> ApprovalRule? {
        guard let condition = ApprovalRule.Condition(rawValue: row["condition"]) else { return nil }
        var rule = ApprovalRule(
            name: row["name"], condition: condition, threshold: row["threshold"],
            createdAt: row.timestamp("created_at") ?? Timestamp(seconds: 0))
        rule.id = row["id"]
        rule.description = row["description"]
        rule.isActive = row["is_active"]
        rule.priority = row["priority"]
        rule.provider = row["applies_to_provider"]
        rule.level = row["applies_to_level"]
        let exempt: String = row["exempt_levels"]
        rule.exemptLevels = (try? JSONValue(parsing: exempt))?.elements?.compactMap(\.text) ?? []
        rule.approverLevel = row["required_approver_level"]
        rule.createdBy = row["created_by"]
        return rule
    }

    private static func request(_ row: Row, in database: Database) throws -> ApprovalRequest? {
        guard let job = try JobTable.job(row["job_id"], in: database) else { return nil }
        let created = row.timestamp("created_at") ?? Timestamp(seconds: 0)
        var request = ApprovalRequest(
            id: row["id"], job: job,
            need: ApprovalNeed(ruleID: row["rule_id"], reason: row["reason"], level: row["required_level"]),
            status: ApprovalRequest.Status(rawValue: row["status"]) ?? .cancelled, createdAt: created,
            expiresAt: row.timestamp("expires_at") ?? created)
        request.reviewedBy = row["reviewed_by"]
        request.reviewedAt = row.timestamp("reviewed_at")
        request.notes = row["notes"]
        return request
    }
}
