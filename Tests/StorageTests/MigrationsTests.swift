import Foundation
import GRDB
import Testing

@testable import Storage

@Suite struct MigrationsTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/jobs.db"
    }

    private func edit(_ change: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction(change)
        try queue.close()
    }

    private func refusal() -> StorageError? {
        #expect(throws: StorageError.self) { try JobDatabase(path: path) }
    }

    @Test func `an empty file gets every step, and opening it again takes none`() throws {
        for _ in 0..<2 { try JobDatabase(path: path).close() }
        try edit { (database) throws in
            #expect(
                try Int.fetchAll(database, sql: "SELECT version FROM schema_version ORDER BY version")
                    == Array(1...Migrations.all.count))
        }
    }

    @Test func `every older schema is brought up to date`() throws {
        for count in 0..<Migrations.all.count {
            try? FileManager.default.removeItem(atPath: path)
            try edit { try Migrations.migrate($0, steps: Array(Migrations.all.prefix(count))) }
            try JobDatabase(path: path).close()
            // What was there before is kept, unless nothing was.
            let copy = "\(path).schema-\(count)"
            #expect(FileManager.default.fileExists(atPath: copy) == (count > 0))
            if count > 0 {
                let versions = try DatabaseQueue(path: copy).read {
                    try Int.fetchAll($0, sql: "SELECT version FROM schema_version ORDER BY version")
                }
                #expect(versions == Array(1...count))
            }
            try edit { (database) throws in
                #expect(try database.tableExists("settings"))
                #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM schema_version") == Migrations.all.count)
            }
        }
    }

    @Test func `a failing step leaves no trace`() throws {
        try edit { (database) throws in
            let bad = Migration(sql: "CREATE TABLE half (a INTEGER); CREATE TABLE half (b INTEGER);")
            #expect(throws: (any Error).self) { try Migrations.migrate(database, steps: Migrations.all + [bad]) }
            #expect(try !database.tableExists("half"))
            #expect(try Int.fetchOne(database, sql: "SELECT count(*) FROM schema_version") == Migrations.all.count)
        }
    }

    @Test func `a newer schema is refused with a sentence`() throws {
        try JobDatabase(path: path).close()
        try edit { try $0.execute(sql: "INSERT INTO schema_version (version, checksum) VALUES (99, 'x')") }
        #expect(refusal()?.reason == .newerSchema)
    }

    @Test func `an edited step is noticed`() throws {
        try JobDatabase(path: path).close()
        try edit { try $0.execute(sql: "UPDATE schema_version SET checksum = 'other' WHERE version = 2") }
        #expect(refusal()?.reason == .unreadable)
    }

    @Test func `a file that is no database is refused and kept`() throws {
        let text = Data(String(repeating: "not a database ", count: 100).utf8)
        try text.write(to: URL(filePath: path))
        #expect(refusal()?.reason == .unreadable)
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }
}
