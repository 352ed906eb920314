import FoundationEssentials
import GRDB
import Glibc
import SystemPackage

/// The copy of a database that is made before its schema changes: `jobs.db.schema-3`, or `jobs.db.simpletuner`.
///
/// An operator who goes back to the older program has what that program understands.
struct SchemaCopy {
    let path: String

    init(path: String) {
        self.path = path
    }

    init(database: String, version: Int) {
        self.init(path: "\(database).schema-\(version)")
    }

    /// Makes the copy, unless an earlier try made it: the database is then no longer as it was.
    ///
    /// - Parameter database: The writing connection, outside a transaction.
    /// - Throws: `StorageError` when there is no room for it.
    func make(from database: Database) throws {
        let files = FileManager.default
        guard !files.fileExists(atPath: path) else { return }
        let unfinished = path + ".new"
        do {
            try? files.removeItem(atPath: unfinished)
            // Made before SQLite fills it, so that it is never readable for others.
            let file = try FileDescriptor.open(
                FilePath(unfinished), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            try file.closeAfter {
                try database.execute(sql: "VACUUM INTO ?", arguments: [unfinished])
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            try files.moveItem(atPath: unfinished, toPath: path)
        } catch {
            throw StorageError(
                .inaccessible, "\(path) cannot be written before the schema changes. Make room beside the database.")
        }
    }
}
