import HTTPTypes
import JSON
import Jobs

extension QueueDesk.Placed {
    /// Whether it waits here, for its turn or for an approval.
    var isWaiting: Bool { job.status == .pending }
    var isRunning: Bool { !job.status.isTerminal && !isWaiting }

    var document: JSONValue {
        [
            "id": .string(job.id), "job_id": .string(job.id),
            "user_id": job.userID.map { JSONValue(Int($0)) } ?? .null, "provider": JSONValue(job.provider),
            "config_name": JSONValue(job.configName), "priority": JSONValue(job.priority),
            "priority_name": .string(JobPriority.name(of: job.effectivePriority)),
            "priority_override": job.priorityOverride.map { JSONValue($0) } ?? .null,
            "effective_priority": JSONValue(job.effectivePriority), "status": .string(job.status.rawValue),
            "position": JSONValue(place?.position ?? 0), "estimated_wait_seconds": JSONValue(place?.waitSeconds),
            "queued_at": .string((job.queuedAt ?? job.createdAt).description),
            "started_at": JSONValue(job.startedAt?.description),
            "completed_at": JSONValue(job.completedAt?.description),
            "estimated_cost": JSONValue(job.estimatedCostUSD), "requires_approval": .bool(job.requiresApproval),
            "attempt": JSONValue(job.attempt), "error_message": JSONValue(job.errorMessage),
        ]
    }
}

extension QueueLimits {
    var members: [String: JSONValue] {
        [
            "max_concurrent": JSONValue(maxConcurrent), "user_max_concurrent": JSONValue(userMaxConcurrent),
            "team_max_concurrent": JSONValue(teamMaxConcurrent), "enable_fair_share": .bool(isFair),
            "local_gpu_max_concurrent": localGPUMaxConcurrent.map { JSONValue($0) } ?? .null,
            "local_job_max_concurrent": JSONValue(localJobMaxConcurrent),
        ]
    }
}

/// A change of the queue's bounds that was checked.
struct QueueLimitsChange: Sendable {
    private var numbers: [String: Int] = [:]
    private var isFair: Bool?

    private static let ranges: [String: ClosedRange<Int>] = [
        "max_concurrent": 1...100, "user_max_concurrent": 1...20, "team_max_concurrent": 1...50,
        "local_gpu_max_concurrent": 1...1000, "local_job_max_concurrent": 1...10,
    ]

    /// - Parameter members: Of the body; null leaves a bound alone, an unknown member is refused by its name.
    /// - Throws: ``Refusal`` 400 for an unknown member, 422 for a value that is out of its range.
    init(_ members: [String: JSONValue]) throws(Refusal) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where !value.isNull {
            if name == "enable_fair_share" {
                guard let isFair = value.bool else {
                    throw Refusal(invalid: name, in: "body", "Input should be a valid boolean")
                }
                self.isFair = isFair
            } else if let range = Self.ranges[name] {
                guard let number = value.integer, range.contains(number) else {
                    throw Refusal(
                        invalid: name, in: "body", "Input should be between \(range.lowerBound) and \(range.upperBound)"
                    )
                }
                numbers[name] = number
            } else {
                throw Refusal(.badRequest, "Unknown queue setting: \(name.prefix(64))")
            }
        }
    }

    func apply(to limits: inout QueueLimits) {
        limits.maxConcurrent = numbers["max_concurrent"] ?? limits.maxConcurrent
        limits.userMaxConcurrent = numbers["user_max_concurrent"] ?? limits.userMaxConcurrent
        limits.teamMaxConcurrent = numbers["team_max_concurrent"] ?? limits.teamMaxConcurrent
        limits.localGPUMaxConcurrent = numbers["local_gpu_max_concurrent"] ?? limits.localGPUMaxConcurrent
        limits.localJobMaxConcurrent = numbers["local_job_max_concurrent"] ?? limits.localJobMaxConcurrent
        limits.isFair = isFair ?? limits.isFair
    }
}
