import GRDB
public import JSON
public import Jobs

/// A job that somebody wants, with all that is decided and stored in the one transaction which makes it.
public struct JobPlacement: Sendable {
    public var job: Job
    public var upload: UploadGrant?
    public var claim: SubmissionClaim?
    /// What is to be sent, as it is stored until then and for another try.
    public var order: JSONValue
    public var admission: Admission
    public var costLimit: CostLimit?

    public init(
        job: Job, upload: UploadGrant?, claim: SubmissionClaim?, order: JSONValue, admission: Admission,
        costLimit: CostLimit?
    ) {
        self.job = job
        self.upload = upload
        self.claim = claim
        self.order = order
        self.admission = admission
        self.costLimit = costLimit
    }
}

/// What became of a job that somebody wants.
public enum PlacementRecord: Equatable, Sendable {
    /// It was made; when it is to be sent now, whoever is told this sends it.
    case placed(Job, Admission.Terms, isSending: Bool)
    case repeated(Job)
    case conflicting
    case refused(String)
}

/// A job that a provider may have.
public struct UnresolvedJob: Equatable, Sendable {
    public let job: Job
    /// When it was sent, at the earliest.
    public let sentAt: Timestamp
    /// Whether it was sent and its answer was lost, so that nobody is at work on it.
    public let isSent: Bool

    public init(job: Job, sentAt: Timestamp, isSent: Bool) {
        self.job = job
        self.sentAt = sentAt
        self.isSent = isSent
    }
}

/// What a submitted job is to do, and when it is sent.
extension JobDatabase {
    /// Makes a job: its claim, the money that is reserved for it, its order and its request for approval, or nothing.
    ///
    /// The job's own row is the reservation: until its price is known, it counts with what it is expected to cost.
    /// Writes follow each other, so no two submissions can both take what is left of a limit.
    ///
    /// - Parameters:
    ///   - placement: The job.
    ///   - now: The time.
    /// - Returns: What happened, once it is on the disk.
    /// - Throws: What SQLite says; then nothing was changed, and no job was let through.
    public func place(_ placement: JobPlacement, now: Timestamp) async throws -> PlacementRecord {
        try await write { database in
            if let claim = placement.claim {
                if let entry = try IdempotencyTable.entry(claim, now: now, in: database) {
                    guard entry.requestHash == claim.requestHash else { return .conflicting }
                    if let job = try JobTable.job(entry.jobID, in: database) { return .repeated(job) }
                }
            }
            switch placement.admission.verdict(try Self.facts(placement, now: now, in: database)) {
            case .refused(let sentence): return .refused(sentence)
            case .admitted(let terms): return try Self.make(placement, terms, now: now, in: database)
            }
        }
    }

    private static func make(
        _ placement: JobPlacement, _ terms: Admission.Terms, now: Timestamp, in database: Database
    ) throws -> PlacementRecord {
        var job = placement.job
        job.requiresApproval = terms.approval != nil
        if let claim = placement.claim {
            try IdempotencyTable.insert(claim, jobID: job.id, now: now, into: database)
            try IdempotencyTable.sweep(now: now, in: database)
        }
        try JobTable.insert(job, upload: placement.upload, into: database)
        try OrderTable.insert(
            placement.order, of: job, passesUserLimit: placement.admission.submitter.passesQueue, into: database)
        if let need = terms.approval { try ApprovalTable.insert(need, of: job, now: now, into: database) }
        let sending = try takeNext(now: now, in: database, only: job.id)
        return .placed(job, terms, isSending: sending == [job.id])
    }

    /// What the decision needs; only what somebody has set a limit on is counted.
    private static func facts(
        _ placement: JobPlacement, now: Timestamp, in database: Database
    ) throws -> Admission.Facts {
        var facts = Admission.Facts()
        facts.quotas = try QuotaTable.all(in: database)
        facts.rules = try ApprovalTable.rules(in: database)
        if !facts.quotas.isEmpty || !facts.rules.isEmpty {
            facts.usage = try JobTable.usage(of: placement.admission.submitter.userID, now: now, in: database)
        }
        if let limit = placement.costLimit {
            facts.costLimit = limit
            facts.spend = try JobTable.spend(
                provider: placement.job.provider, since: now.adding(seconds: -limit.period.days * 86_400), in: database)
        }
        return facts
    }

    /// Takes the job out of the queue whose turn it is: whoever gets it sends it.
    ///
    /// One at a time: what was taken and not sent must be looked for after a crash.
    public func takeNextJob(now: Timestamp) async throws -> String? {
        try await write { try Self.takeNext(now: now, in: $0, only: nil) }.first
    }

    // With `only` it takes nothing but that job, and that only if it is its turn.
    private static func takeNext(now: Timestamp, in database: Database, only: String?) throws -> [String] {
        let limits = try SettingTable.queueLimits(in: database)
        let running = try OrderTable.running(in: database)
        guard running.values.reduce(0, +) < limits.maxConcurrent else { return [] }
        let next = QueueOrder.next(
            try OrderTable.waiting(now: now, in: database), running: running, limits: limits)
        let taken = next.filter { only == nil || $0 == only }.prefix(1)
        for job in taken { try OrderTable.set(.sending, of: job, now: now, in: database) }
        return Array(taken)
    }

    /// The jobs that wait for their turn, the next first.
    public func waitingJobs(now: Timestamp) async throws -> [QueueEntry] {
        QueueOrder.sorted(try await read { try OrderTable.waiting(now: now, in: $0) })
    }

    /// Where the waiting jobs stand, and how long they are likely to wait, all as of one moment.
    public func queueForecast(now: Timestamp) async throws -> QueueForecast {
        try await read { database in
            let waiting = try OrderTable.waiting(now: now, in: database)
            return QueueForecast(
                waiting, running: try OrderTable.running(in: database),
                limits: try SettingTable.queueLimits(in: database),
                // Most of the time nothing waits, and then nobody needs to know.
                averageSeconds: waiting.isEmpty ? [:] : try JobTable.averageSeconds(in: database))
        }
    }

    public func runningJobs() async throws -> [Int64?: Int] {
        try await read { try OrderTable.running(in: $0) }
    }

    /// Whether a job waits for its turn or for an approval, so that nobody sends it now.
    public func waitsHere(_ job: String) async throws -> Bool {
        let state = try await read { try OrderTable.state(of: job, in: $0) }
        return state == .waiting || state == .held
    }

    /// What a job was ordered to do, and what its upload token is made of.
    public func order(of job: String) async throws -> (document: JSONValue, nonce: [UInt8]?)? {
        try await read { database in
            guard let document = try OrderTable.document(of: job, in: database) else { return nil }
            return (document, try JobTable.uploadNonce(of: job, in: database))
        }
    }

    /// Notes that nothing about a job's sending is in doubt any more.
    public func noteAccepted(_ job: String, now: Timestamp) async throws {
        try await write { try OrderTable.set(.accepted, of: job, now: now, in: $0) }
    }

    /// Notes that the provider may have a job, which is looked into.
    public func noteSent(_ job: String, now: Timestamp) async throws {
        try await write { try OrderTable.set(.sent, of: job, now: now, in: $0) }
    }

    /// Puts a job back that was not sent.
    public func postpone(_ job: String, until: Timestamp) async throws {
        try await write { try OrderTable.postpone(job, until: until, in: $0) }
    }

    /// The jobs that were being sent when an earlier process ended, and that are not set aside.
    public func interruptedJobs(before start: Timestamp, now: Timestamp) async throws -> [UnresolvedJob] {
        try await read { try OrderTable.interrupted(before: start, now: now, in: $0) }
    }

    /// The jobs that a provider may have, and that no provider id is known of, oldest first.
    public func unresolvedJobs(provider: String, limit: Int) async throws -> [UnresolvedJob] {
        try await read { try OrderTable.unresolved(provider: provider, limit: limit, in: $0) }
    }

    /// The jobs that were cancelled before it was known what their provider made of them, oldest first.
    public func cancelledUnstoppedJobs(provider: String, limit: Int) async throws -> [UnresolvedJob] {
        try await read { try OrderTable.cancelledUnstopped(provider: provider, limit: limit, in: $0) }
    }

    /// Leaves a job that was interrupted as it is, to be looked at again later.
    public func setAside(_ job: String, until: Timestamp) async throws {
        try await write { try OrderTable.setAside(job, until: until, in: $0) }
    }

    public func queueLimits() async throws -> QueueLimits {
        try await read { try SettingTable.queueLimits(in: $0) }
    }

    public func changeQueueLimits(_ change: @escaping @Sendable (inout QueueLimits) -> Void) async throws -> QueueLimits
    {
        try await write { database in
            var limits = try SettingTable.queueLimits(in: database)
            change(&limits)
            try SettingTable.put(limits, into: database)
            return limits
        }
    }

    /// Removes a job that is over; what it cost stays counted.
    ///
    /// - Returns: The job, removed or, when it is not over, still there; nil when there is none.
    public func deleteFinishedJob(_ id: String, now: Timestamp) async throws -> Job? {
        try await write { database in
            guard let job = try JobTable.job(id, in: database) else { return nil }
            if job.status.isTerminal {
                try SpentTable.book(job.id, in: database)
                try IdempotencyTable.delete(jobID: job.id, from: database)
                try JobTable.delete(job.id, from: database)
                try SpentTable.sweep(now: now, in: database)
            }
            return job
        }
    }

    /// Removes jobs that ended long ago, a bounded number of them; one that is not over stays, however old it is,
    /// and what they cost stays counted.
    ///
    /// - Returns: How many.
    public func sweepJobs(endedBefore date: Timestamp, now: Timestamp) async throws -> Int {
        try await write { database in
            let ids = try JobTable.ended(before: date, limit: 500, in: database)
            for id in ids {
                try SpentTable.book(id, in: database)
                try IdempotencyTable.delete(jobID: id, from: database)
                try JobTable.delete(id, from: database)
            }
            if !ids.isEmpty { try SpentTable.sweep(now: now, in: database) }
            return ids.count
        }
    }
}

extension SettingTable {
    private static let limitsName = "queue_limits"

    static func queueLimits(in database: Database) throws -> QueueLimits {
        var limits = QueueLimits()
        // What cannot be read is as if it had not been set: the queue goes on.
        guard let stored = try? value(limitsName, in: database) else { return limits }
        limits.maxConcurrent = stored["max_concurrent"]?.integer ?? limits.maxConcurrent
        limits.userMaxConcurrent = stored["user_max_concurrent"]?.integer ?? limits.userMaxConcurrent
        limits.teamMaxConcurrent = stored["team_max_concurrent"]?.integer ?? limits.teamMaxConcurrent
        limits.isFair = stored["enable_fair_share"]?.bool ?? limits.isFair
        limits.localGPUMaxConcurrent = stored["local_gpu_max_concurrent"]?.integer
        limits.localJobMaxConcurrent = stored["local_job_max_concurrent"]?.integer ?? limits.localJobMaxConcurrent
        return limits
    }

    fileprivate static func put(_ limits: QueueLimits, into database: Database) throws {
        var members: [String: JSONValue] = [
            "max_concurrent": JSONValue(limits.maxConcurrent),
            "user_max_concurrent": JSONValue(limits.userMaxConcurrent),
            "team_max_concurrent": JSONValue(limits.teamMaxConcurrent),
            "enable_fair_share": .bool(limits.isFair),
            "local_job_max_concurrent": JSONValue(limits.localJobMaxConcurrent),
        ]
        if let bound = limits.localGPUMaxConcurrent { members["local_gpu_max_concurrent"] = JSONValue(bound) }
        try put(.object(members), named: limitsName, into: database)
    }
}
