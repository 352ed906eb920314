import GRDB
import Testing

@testable import Storage

@Suite struct GroupCommitTests {
    private struct Refused: Error {}

    private let folder: TemporaryFolder
    private let pool: DatabasePool
    private let group: GroupCommit

    init() throws {
        folder = try TemporaryFolder()
        pool = try DatabasePool(path: folder.path + "/test.db")
        try pool.write { try $0.execute(sql: "CREATE TABLE kept (number INTEGER PRIMARY KEY)") }
        group = GroupCommit(pool: pool)
    }

    private func keep(_ number: Int) async throws -> Int64 {
        try await group.write { database in
            try database.execute(sql: "INSERT INTO kept VALUES (?)", arguments: [number])
            return try Int64.fetchOne(database, sql: "SELECT count(*) FROM kept") ?? 0
        }
    }

    private func kept() throws -> [Int] {
        try pool.read { try Int.fetchAll($0, sql: "SELECT number FROM kept ORDER BY number") }
    }

    @Test func `many writers at once all get what they wrote, in fewer transactions than writes`() async throws {
        let commits = CommitCounter()
        try await pool.write { $0.add(transactionObserver: commits) }
        let counts = try await withThrowingTaskGroup(of: Int64.self) { tasks in
            for number in 0..<500 { tasks.addTask { try await keep(number) } }
            return try await tasks.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(counts == Set(1...500))
        #expect(try kept() == Array(0..<500))
        let count = try await pool.write { _ in commits.count }
        #expect(count < 400, "\(count) transactions")
    }

    @Test func `a write that fails takes back its own changes only`() async throws {
        let failures = await withTaskGroup(of: Bool.self) { tasks in
            for number in 0..<100 {
                tasks.addTask {
                    let result = await Result<Void, any Error> {
                        try await group.write { database in
                            try database.execute(sql: "INSERT INTO kept VALUES (?)", arguments: [number])
                            if number.isMultiple(of: 3) { throw Refused() }
                        }
                    }
                    guard case .failure(let error) = result else { return false }
                    return error is Refused
                }
            }
            return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 34)
        #expect(try kept() == (0..<100).filter { !$0.isMultiple(of: 3) })
    }

    @Test func `when the transaction is gone nobody is told of success`() async throws {
        let results = await withTaskGroup(of: Bool.self) { tasks in
            for number in 0..<50 {
                tasks.addTask {
                    let result = await Result<Void, any Error> {
                        try await group.write { database in
                            try database.execute(sql: "INSERT INTO kept VALUES (?)", arguments: [number])
                            // As SQLite does by itself when the disk is full.
                            if number == 25 { try database.execute(sql: "ROLLBACK") }
                        }
                    }
                    if case .success = result { return true }
                    return false
                }
            }
            return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(try kept().count == results)
        #expect(try await keep(1000) == Int64(results) + 1)
    }

    @Test func `a writer that is cancelled does not take the others with it`() async throws {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { _ = try? await keep(-1) }
            tasks.cancelAll()
        }
        let written = try await withThrowingTaskGroup(of: Int64.self) { tasks in
            for number in 0..<20 { tasks.addTask { try await keep(number) } }
            return try await tasks.reduce(into: 0) { count, _ in count += 1 }
        }
        #expect(written == 20)
        #expect(try kept().suffix(20) == Array(0..<20)[...])
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// Counts the transactions that were committed.
///
/// Called by the writing connection only.
private final class CommitCounter: TransactionObserver, @unchecked Sendable {
    private(set) var count = 0

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { count += 1 }
    func databaseDidRollback(_ database: Database) {}
}
