import GRDB
import Jobs

/// All SQL that touches `quotas`.
enum QuotaTable {
    /// More than anybody needs, few enough to be read with every submission.
    static let rowsMax = 1000

    /// All quotas that can be read.
    ///
    /// A row that makes no sense is passed over: it must not keep everybody from working.
    static func all(in database: Database) throws -> [Quota] {
        try Row.fetchAll(database, sql: "SELECT * FROM quotas ORDER BY id LIMIT \(rowsMax)").compactMap(quota)
    }

    static func quota(_ id: Int64, in database: Database) throws -> Quota? {
        try Row.fetchOne(database, sql: "SELECT * FROM quotas WHERE id = ?", arguments: [id]).flatMap(quota)
    }

    /// - Returns: The id; nil when there are too many.
    static func insert(_ quota: Quota, by user: Int64, now: Timestamp, into database: Database) throws -> Int64? {
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM quotas") ?? 0 < rowsMax else { return nil }
        var (userID, levelID): (Int64?, Int64?) = (nil, nil)
        switch quota.scope {
        case .global: break
        case .level(let id): levelID = id
        case .user(let id): userID = id
        }
        try database.execute(
            sql: """
                INSERT INTO quotas (quota_type, limit_value, action, user_id, level_id, created_at, created_by)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                quota.type.rawValue, quota.limit, quota.action.rawValue, userID, levelID, now.description, user,
            ])
        return database.lastInsertedRowID
    }

    static func delete(_ id: Int64, from database: Database) throws -> Bool {
        try database.execute(sql: "DELETE FROM quotas WHERE id = ?", arguments: [id])
        return database.changesCount > 0
    }

    private static func quota(_ row: Row) -> Quota? {
        let limit: Double = row["limit_value"]
        guard let type = QuotaType(rawValue: row["quota_type"]), let action = QuotaAction(rawValue: row["action"]),
            limit > 0
        else { return nil }
        let (user, level): (Int64?, Int64?) = (row["user_id"], row["level_id"])
        return Quota(
            id: row["id"], type: type, limit: limit, action: action,
            scope: user.map { .user($0) } ?? level.map { .level($0) } ?? .global)
    }
}
