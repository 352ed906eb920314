import Jobs
import Synchronization

/// Who follows the logs of jobs, and what the provider said last: all who follow one job share its calls.
final class LogAudience: Sendable {
    /// How old what is told may be, in seconds.
    private static let freshSeconds = 2.0

    private struct Feed {
        var seats = 0
        var latest: Latest?
        let flight = SingleFlight<String?>()
    }

    private struct Latest {
        /// Nil when the provider did not tell.
        let text: String?
        let at: Timestamp
        /// Whether the job was over then, so that nothing follows.
        let isLast: Bool
    }

    private struct State {
        var feeds: [String: Feed] = [:]
        var clients: [String: Int] = [:]
        var users: [Int64: Int] = [:]
    }

    private let state = Mutex(State())
    private let logs: JobLogs
    private let clock: Clock

    init(logs: JobLogs, clock: @escaping Clock) {
        self.logs = logs
        self.clock = clock
    }

    /// A place of a follower, which is free again when nobody holds it any more.
    final class Seat: Sendable {
        private let audience: LogAudience
        private let client: String
        private let user: Int64
        private let job: String

        fileprivate init(_ audience: LogAudience, client: String, user: Int64, job: String) {
            self.audience = audience
            self.client = client
            self.user = user
            self.job = job
        }

        deinit { audience.leave(client, user, job) }

        /// What the job has printed, a moment old at most; nil when the provider does not tell.
        func text(of job: Job) async -> String? { await audience.text(of: job) }
    }

    /// Lets somebody follow a job's log.
    ///
    /// - Parameters:
    ///   - job: Our id.
    ///   - client: From where; there are as many places as for events.
    ///   - user: Who.
    /// - Returns: A place; nil when there is none left.
    func seat(at job: String, client: String, user: Int64) -> Seat? {
        let isFree = state.withLock { state in
            guard state.clients.values.reduce(0, +) < EventBoard.listenersMax,
                state.clients[client, default: 0] < EventBoard.listenersPerClientMax,
                state.users[user, default: 0] < EventBoard.listenersPerUserMax
            else { return false }
            state.users[user, default: 0] += 1
            state.clients[client, default: 0] += 1
            state.feeds[job, default: Feed()].seats += 1
            return true
        }
        return isFree ? Seat(self, client: client, user: user, job: job) : nil
    }

    private func leave(_ client: String, _ user: Int64, _ job: String) {
        state.withLock { state in
            state.clients[client, default: 1] -= 1
            if state.clients[client] == 0 { state.clients[client] = nil }
            state.users[user, default: 1] -= 1
            if state.users[user] == 0 { state.users[user] = nil }
            state.feeds[job]?.seats -= 1
            if state.feeds[job]?.seats == 0 { state.feeds[job] = nil }
        }
    }

    private func text(of job: Job) async -> String? {
        guard let flight = state.withLock({ $0.feeds[job.id]?.flight }) else { return nil }
        return await flight.value {
            if let latest = fresh(job) { return latest.text }
            let text = try? await logs.logs(of: job)
            let latest = Latest(text: text, at: clock(), isLast: job.status.isTerminal)
            state.withLock { $0.feeds[job.id]?.latest = latest }
            return text
        }
    }

    private func fresh(_ job: Job) -> Latest? {
        guard let latest = state.withLock({ $0.feeds[job.id]?.latest }), latest.isLast == job.status.isTerminal,
            abs(clock().secondsSince(latest.at)) < Self.freshSeconds
        else { return nil }
        return latest
    }
}
