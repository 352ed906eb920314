import Synchronization

/// The submissions that are being sent at this moment, and who waits to hear what becomes of them.
///
/// The provider may refuse a job that is here already, and then it is taken back: nobody who repeats a submission
/// meanwhile is to be told that it succeeded.
final class SubmissionsUnderWay: Sendable {
    typealias Sleep = @Sendable (Duration) async throws -> Void
    private typealias Waiter = AsyncStream<SubmitAnswer>.Continuation

    /// How long somebody waits: the provider usually answers in a second or two.
    private static let patience = Duration.seconds(20)
    /// More are told at once that it is not known yet.
    private static let waitersMax = 1000

    private let waiters = Mutex<[String: [Waiter]]>([:])
    private let sleep: Sleep

    init(sleep: @escaping Sleep = { try await Task.sleep(for: $0) }) { self.sleep = sleep }

    func begin(_ job: String) { waiters.withLock { $0[job] = [] } }

    /// - Parameters:
    ///   - job: One that was begun.
    ///   - answer: What its submitter is told; nil when they are told nothing.
    func end(_ job: String, _ answer: SubmitAnswer?) {
        for waiter in waiters.withLock({ $0.removeValue(forKey: job) }) ?? [] {
            if let answer { waiter.yield(answer) }
            waiter.finish()
        }
    }

    func contains(_ job: String) -> Bool { waiters.withLock { $0[job] != nil } }

    var waiterCount: Int { waiters.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Waits for the answer to a submission.
    ///
    /// - Parameter job: Its job.
    /// - Returns: What its submitter is told; nil when it is not under way, or goes on for longer than one waits.
    func answer(to job: String) async -> SubmitAnswer? {
        let (answers, waiter) = AsyncStream.makeStream(of: SubmitAnswer.self, bufferingPolicy: .bufferingNewest(1))
        let isWaiting = waiters.withLock { waiters in
            guard waiters[job] != nil, waiters.values.reduce(0, { $0 + $1.count }) < Self.waitersMax else {
                return false
            }
            waiters[job]?.append(waiter)
            return true
        }
        guard isWaiting else { return nil }
        return await withTaskGroup(of: Void.self) { [sleep] group in
            group.addTask {
                try? await sleep(Self.patience)
                waiter.finish()
            }
            defer { group.cancelAll() }
            return await answers.first { _ in true }
        }
    }
}
