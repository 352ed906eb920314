import AuditChain
import GRDB

/// All SQL that touches `audit_anchor`.
enum AuditAnchorTable {
    /// The stored anchor; whether it can be believed is for the chain to say.
    static func anchor(_ role: ChainAnchor.Role, in database: Database) throws -> ChainAnchor? {
        let row = try Row.fetchOne(
            database, sql: "SELECT sequence, hash, signature FROM audit_anchor WHERE role = ?", arguments: [role.name])
        return row.map { row in
            // What is no hash was written by nobody who has the key, and the signature below does not fit it.
            ChainAnchor(
                role: role, sequence: row["sequence"], hash: ChainHash(hex: row["hash"] as String) ?? .genesis,
                signature: ChainHash(hex: row["signature"] as String) ?? .genesis)
        }
    }

    static func put(_ anchor: ChainAnchor, into database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO audit_anchor (role, sequence, hash, signature) VALUES (?, ?, ?, ?)",
            arguments: [
                anchor.role.name, anchor.sequence, anchor.hash.description, anchor.signature.description,
            ])
    }

    /// Moves both anchors to a table of their own, as `AuditTable` moves the rows.
    static func putAside(as number: Int, in database: Database) throws {
        try database.execute(sql: "CREATE TABLE audit_anchor_closed_\(number) AS SELECT * FROM audit_anchor")
        try database.execute(sql: "DELETE FROM audit_anchor")
    }
}

extension ChainAnchor.Role {
    fileprivate var name: String {
        switch self {
        case .head: "head"
        case .floor: "floor"
        }
    }
}
