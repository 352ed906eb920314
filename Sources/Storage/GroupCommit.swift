import GRDB
import Synchronization

/// Puts writes that are asked for at the same time into one transaction, because syncing it is what costs.
///
/// Each write has a savepoint of its own: one that fails takes back its own changes only. Nobody is told of success
/// before the commit that holds his write is on the disk. There is no timer: whoever comes while a commit is under way
/// is in the next, and the first of those leads it.
actor GroupCommit {
    /// Writes in one transaction: enough to make the sync cheap, few enough to keep its end near.
    static let writesMax = 256

    private let pool: DatabasePool
    private var isLed = false
    /// As many at the most as requests are under way; the gateway bounds those.
    private var waiting: [PendingWrite] = []

    /// How many writes the next transaction will have.
    var waitingCount: Int { waiting.count }

    init(pool: DatabasePool) { self.pool = pool }

    /// Runs a write in the next transaction.
    ///
    /// - Parameter change: The write; no input or output but the database's.
    /// - Returns: What it returned, once that is on the disk.
    /// - Throws: What it threw, or why the transaction was not committed.
    func write<Value: Sendable>(_ change: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let outcome = Outcome<Value>()
        let pending = PendingWrite(
            run: { database in
                let result = Result { try Self.inSavepoint(database, change) }
                outcome.result.withLock { $0 = result }
                guard case .failure(let error) = result else { return nil }
                return error
            },
            fail: { error in outcome.result.withLock { $0 = .failure(error) } })
        if isLed {
            let turn = await withCheckedContinuation { continuation in
                pending.turn.withLock { $0 = continuation }
                waiting.append(pending)
            }
            if turn == .lead { await lead(pending) }
        } else {
            isLed = true
            await lead(pending)
        }
        guard let result = outcome.result.withLock({ $0 }) else {
            preconditionFailure("a write ended without a result")
        }
        return try result.get()
    }

    /// Commits the leader's write with those that wait, and hands over to the first of those that came meanwhile.
    private func lead(_ own: PendingWrite) async {
        let others = Array(waiting.prefix(Self.writesMax - 1))
        waiting.removeFirst(others.count)
        await commit([own] + others)
        for write in others { write.proceed(.done) }
        guard !waiting.isEmpty else {
            isLed = false
            return
        }
        waiting.removeFirst().proceed(.lead)
    }

    /// Not by the pool's own async form: that one stops with the task that leads, and the others' writes with it.
    private func commit(_ batch: [PendingWrite]) async {
        let result = await withCheckedContinuation { continuation in
            pool.asyncWrite(
                { database in
                    // Where SQLite gives up the whole transaction, as on a full disk, whoever was in it is told why, and
                    // not that a commit without a transaction failed.
                    for write in batch {
                        if let error = write.run(database), !database.isInsideTransaction { throw error }
                    }
                },
                completion: { _, result in continuation.resume(returning: result) })
        }
        guard case .failure(let error) = result else { return }
        for write in batch { write.fail(error) }
    }

    private static func inSavepoint<Value>(
        _ database: Database, _ change: (Database) throws -> Value
    ) throws -> Value {
        var value: Value?
        try database.inSavepoint {
            value = try change(database)
            return .commit
        }
        guard let value else { preconditionFailure("a savepoint was committed without its change") }
        return value
    }
}

/// A write that waits for its transaction.
private final class PendingWrite: Sendable {
    /// What the one who waits is told.
    enum Turn { case done, lead }

    /// Runs it, and returns what it threw.
    let run: @Sendable (Database) -> (any Error)?
    let fail: @Sendable (any Error) -> Void
    let turn = Mutex<CheckedContinuation<Turn, Never>?>(nil)

    init(run: @escaping @Sendable (Database) -> (any Error)?, fail: @escaping @Sendable (any Error) -> Void) {
        self.run = run
        self.fail = fail
    }

    func proceed(_ how: Turn) {
        turn.withLock { $0.take() }?.resume(returning: how)
    }
}

/// Where a write leaves its result.
private final class Outcome<Value: Sendable>: Sendable {
    let result = Mutex<Result<Value, any Error>?>(nil)
}
