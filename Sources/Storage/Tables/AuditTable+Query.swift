import AuditTrail
import FoundationEssentials
import GRDB

/// Searching and counting in `audit_log`.
extension AuditTable {
    static func page(_ query: AuditQuery, in database: Database) throws -> AuditPage {
        let filter = AuditFilter(query)
        let total = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM audit_log\(filter.clause)", arguments: filter.arguments)
        let rows = try Row.fetchAll(
            database, sql: "\(selection)\(filter.clause) ORDER BY sequence DESC LIMIT ? OFFSET ?",
            arguments: filter.arguments + [query.limit, query.offset])
        return AuditPage(entries: rows.map(entry), total: total ?? 0)
    }

    static func statistics(since milliseconds: Int64, in database: Database) throws -> AuditStatistics {
        let counts = try Row.fetchAll(database, sql: "SELECT type, count(*) AS number FROM audit_log GROUP BY type")
        let byType = Dictionary(counts.map { ($0["type"] as String, $0["number"] as Int) }, uniquingKeysWith: +)
        return AuditStatistics(
            total: byType.values.reduce(0, +),
            byType: byType,
            recent: try Int.fetchOne(
                database, sql: "SELECT count(*) FROM audit_log WHERE time_ms >= ?", arguments: [milliseconds]) ?? 0,
            firstMilliseconds: try Int64.fetchOne(
                database, sql: "SELECT time_ms FROM audit_log ORDER BY sequence LIMIT 1"),
            lastMilliseconds: try Int64.fetchOne(
                database, sql: "SELECT time_ms FROM audit_log ORDER BY sequence DESC LIMIT 1"))
    }
}

/// The `WHERE` of a query.
///
/// Only the filters that are set are in it, so that SQLite finds the index of each; every value is bound.
private struct AuditFilter {
    private var terms: [String] = []
    private(set) var arguments = StatementArguments()

    var clause: String { terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ") }

    init(_ query: AuditQuery) {
        if let types = query.types {
            add(
                "type IN (\(Array(repeating: "?", count: types.count).joined(separator: ", ")))",
                StatementArguments(types.map(\.name).sorted()))
        }
        if let actor = query.actor { add("actor = ?", [actor]) }
        if let targetType = query.targetType { add("target_type = ?", [targetType]) }
        if let target = query.target { add("target = ?", [target]) }
        if let since = query.since { add("time_ms >= ?", [since]) }
        if let until = query.until { add("time_ms <= ?", [until]) }
        if let keys = query.addressKeys {
            add("client_key BETWEEN ? AND ?", [Data(keys.lowerBound.bytes), Data(keys.upperBound.bytes)])
        }
    }

    private mutating func add(_ term: String, _ values: StatementArguments) {
        terms.append(term)
        arguments += values
    }
}
