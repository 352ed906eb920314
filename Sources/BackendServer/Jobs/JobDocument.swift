import JSON
import Jobs

/// A job as it is shown. The upload credential is not part of a job, so it cannot be shown.
extension Job {
    /// - Parameters:
    ///   - now: The time, for how long it has been running.
    ///   - place: Its place in the queue; nil when it does not wait here.
    /// - Returns: The job as clients read it.
    func document(now: Timestamp, place: QueueForecast.Place? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "job_id": .string(id),
            "job_type": .string(kind.rawValue),
            "provider": JSONValue(provider),
            "status": .string(status.rawValue),
            "config_name": JSONValue(configName),
            "created_at": .string(createdAt.description),
            "started_at": JSONValue(startedAt?.description),
            "completed_at": JSONValue(completedAt?.description),
            "finished_at": JSONValue(completedAt?.description),
            "cost_usd": JSONValue(costUSD),
            "hardware_type": JSONValue(hardwareType),
            "error_message": JSONValue(errorMessage),
            "output_url": JSONValue(outputURL),
            "user_id": userID.map { JSONValue(Int($0)) } ?? .null,
            "metadata": .object(metadata),
            "is_terminal": .bool(status.isTerminal),
            "is_active": .bool(!status.isTerminal),
            "duration_seconds": JSONValue(durationSeconds(now: now)),
            "estimated_wait_seconds": JSONValue(place?.waitSeconds),
        ]
        if status == .pending || status == .queued { members["queue_position"] = JSONValue(place?.position ?? 0) }
        return .object(members)
    }
}
