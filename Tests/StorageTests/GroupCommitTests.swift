import GRDB
import Synchronization
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
        let refused = try await fates(of: 100) { _, number in
            if number.isMultiple(of: 3) { throw Refused() }
        }.filter { !$0.value }
        #expect(refused.count == 34)
        #expect(try kept() == (0..<100).filter { !$0.isMultiple(of: 3) })
    }

    @Test func `when the transaction is gone nobody in it is told of success, and none of it is kept`() async throws {
        let fates = try await fates(of: 50) { database, number in
            // As SQLite does by itself when the disk is full.
            if number == 25 { try database.execute(sql: "ROLLBACK") }
        }
        #expect(fates.values.allSatisfy { !$0 })
        #expect(try kept() == [])
        #expect(try await keep(1000) == 1)
    }

    /// Writes numbers in one transaction, each followed by `body`.
    ///
    /// A write before them holds the database until all wait, so that they are in the next transaction together.
    ///
    /// - Parameters:
    ///   - count: How many, fewer than one transaction takes.
    ///   - body: What else each write does.
    /// - Returns: For each number, whether its writer was told of success.
    /// - Throws: When the write before them fails.
    private func fates(
        of count: Int, _ body: @escaping @Sendable (Database, Int) throws -> Void
    ) async throws -> [Int: Bool] {
        let gate = Gate()
        return try await withThrowingTaskGroup(of: (Int, Bool).self) { tasks in
            tasks.addTask {
                try await group.write { _ in gate.wait() }
                return (-1, true)
            }
            while !gate.isReached { await Task.yield() }
            for number in 0..<count {
                tasks.addTask {
                    do {
                        try await group.write { database in
                            try database.execute(sql: "INSERT INTO kept VALUES (?)", arguments: [number])
                            try body(database, number)
                        }
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            for _ in 0..<1_000_000 where await group.waitingCount < count { await Task.yield() }
            gate.open()
            var fates = try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
            fates[-1] = nil
            return fates
        }
    }

    /// Holds the thread of the writing connection.
    private final class Gate: Sendable {
        private let reached = Atomic(false)
        private let isOpen = Atomic(false)

        var isReached: Bool { reached.load(ordering: .acquiring) }

        func open() { isOpen.store(true, ordering: .releasing) }

        func wait() {
            reached.store(true, ordering: .releasing)
            while !isOpen.load(ordering: .acquiring) {}
        }
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
