import AuditChain
import AuditTrail
import FoundationEssentials
import GRDB
import JSON
import Jobs
import NetworkAddress

/// Writing and reading `audit_log`; what is searched for is in `AuditTable+Query`.
enum AuditTable {
    static func holds(_ id: ULID, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM audit_log WHERE ulid = ?)", arguments: [id.description])
            ?? false
    }

    /// Texts are bound as bytes, and read as such: SQLite's own strings would end at a zero, and hide what is behind it.
    static func insert(_ entry: ChainEntry, into database: Database) throws {
        let event = entry.event
        try database.execute(
            sql: """
                INSERT INTO audit_log (sequence, ulid, time_ms, type, actor, actor_name, target_type, target, client,
                    client_key, method, endpoint, user_agent, details, count, previous_hash, hash)
                VALUES (?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),
                    CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?)
                """,
            arguments: [
                entry.sequence, event.id.description, event.milliseconds, event.type.name, bytes(event.actor),
                bytes(event.actorName), bytes(event.targetType), bytes(event.target), bytes(event.client),
                clientKey(event.client), bytes(event.method), bytes(event.endpoint), bytes(event.userAgent),
                JSONValue.object(event.details.mapValues { .string($0) }).jsonText, event.count,
                entry.previousHash.description, entry.hash.description,
            ])
    }

    /// Entries in the order of the chain.
    static func entries(
        after sequence: Int64, through last: Int64, limit: Int, in database: Database
    ) throws -> [ChainEntry] {
        try Row.fetchAll(
            database, sql: "\(selection) WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
            arguments: [sequence, last, limit]
        ).map(entry)
    }

    static func entry(_ sequence: Int64, in database: Database) throws -> ChainEntry? {
        try Row.fetchOne(database, sql: "\(selection) WHERE sequence = ?", arguments: [sequence]).map(entry)
    }

    static func lastSequence(in database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM audit_log")
    }

    static func delete(through sequence: Int64, from database: Database) throws {
        try database.execute(sql: "DELETE FROM audit_log WHERE sequence <= ?", arguments: [sequence])
    }

    /// How many trails were put aside.
    static func closedCount(in database: Database) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name GLOB 'audit_log_closed_*'")
            ?? 0
    }

    /// Moves all rows to a table of their own.
    ///
    /// - Parameters:
    ///   - number: Of the table; names cannot be bound, and a number needs no quotes.
    ///   - database: The database.
    /// - Returns: How many they are.
    /// - Throws: What SQLite says.
    static func putAside(as number: Int, in database: Database) throws -> Int {
        try database.execute(sql: "CREATE TABLE audit_log_closed_\(number) AS SELECT * FROM audit_log")
        try database.execute(sql: "DELETE FROM audit_log")
        return database.changesCount
    }

    static let selection = """
        SELECT sequence, time_ms, client_key, count,
        """
        + [
            "ulid", "type", "actor", "actor_name", "target_type", "target", "client", "method", "endpoint",
            "user_agent", "details", "previous_hash", "hash",
        ].map { " CAST(\($0) AS BLOB) AS \($0)" }.joined(separator: ",") + " FROM audit_log"

    /// Reads a row.
    ///
    /// One that is not as it was written (an address whose key is another's, a name spelled otherwise) comes out as an
    /// event that its hash does not fit, so that whoever verifies finds it.
    static func entry(_ row: Row) -> ChainEntry {
        ChainEntry(
            sequence: row["sequence"], event: event(row) ?? illegible,
            previousHash: text(row, "previous_hash").flatMap { ChainHash(hex: $0) } ?? .genesis,
            hash: text(row, "hash").flatMap { ChainHash(hex: $0) } ?? .genesis)
    }

    private static let illegible = AuditEvent(id: ULID(bits: 0), type: .illegible, at: 0)

    private static func event(_ row: Row) -> AuditEvent? {
        guard let ulid = text(row, "ulid"), let id = ULID(ulid), id.description == ulid,
            let name = text(row, "type"), let type = AuditEventType(name), type.name == name,
            let details = details(row), (row["client_key"] as Data?) == clientKey(text(row, "client"))
        else { return nil }
        var event = AuditEvent(id: id, type: type, at: row["time_ms"])
        event.actor = text(row, "actor")
        event.actorName = text(row, "actor_name")
        event.targetType = text(row, "target_type")
        event.target = text(row, "target")
        event.client = text(row, "client")
        event.method = text(row, "method")
        event.endpoint = text(row, "endpoint")
        event.userAgent = text(row, "user_agent")
        event.details = details
        event.count = row["count"]
        return event
    }

    private static func details(_ row: Row) -> [String: String]? {
        guard let text = text(row, "details"), let members = (try? JSONValue(parsing: text))?.members else {
            return nil
        }
        let details = members.compactMapValues(\.text)
        return details.count == members.count ? details : nil
    }

    private static func bytes(_ text: String?) -> Data? { text.map { Data($0.utf8) } }

    private static func text(_ row: Row, _ column: String) -> String? {
        (row[column] as Data?).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func clientKey(_ client: String?) -> Data? {
        client.flatMap { IPAddress($0) }.map { Data(AddressKey($0).bytes) }
    }
}

extension AuditEventType {
    /// Of a row that cannot be read.
    fileprivate static var illegible: AuditEventType {
        guard let type = AuditEventType("illegible") else { preconditionFailure("a word of letters is a type's name") }
        return type
    }
}
