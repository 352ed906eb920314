import GRDB

/// All SQL that touches `audit_position`.
enum AuditPositionTable {
    static func all(in database: Database) throws -> [AuditPosition] {
        try Row.fetchAll(database, sql: "SELECT segment, offset FROM audit_position ORDER BY segment")
            .map { AuditPosition(segment: $0["segment"], offset: $0["offset"]) }
    }

    static func put(_ position: AuditPosition, into database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO audit_position (segment, offset) VALUES (?, ?)",
            arguments: [position.segment, position.offset])
    }

    static func delete(segment: Int64, from database: Database) throws {
        try database.execute(sql: "DELETE FROM audit_position WHERE segment = ?", arguments: [segment])
    }
}
