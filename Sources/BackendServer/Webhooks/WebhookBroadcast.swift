import JSON
import Jobs

/// What a webhook says to the open pages, besides that a job moved.
struct WebhookBroadcast: Sendable {
    /// A payload that is longer is not passed on: a trainer's picture is no news of a job's state.
    private static let payloadBytesMax = 16 * 1024
    /// What the trainer sends under names that pages know by themselves.
    private static let trainerNames: Set = ["training.status", "lifecycle.stage", "training_progress", "error"]

    let job: Job
    let updates: [String: JSONValue]
    let payload: JSONValue

    var events: [Event] {
        let type = payload["type"]?.text ?? payload["event_type"]?.text ?? "prediction"
        let told = payload.jsonBytes.count <= Self.payloadBytesMax ? payload : [:]
        var events = [
            Event(
                "cloud_job_update",
                [
                    "type": "cloud_job_update", "job_id": .string(job.id),
                    "event_type": .string(String(type.prefix(64))),
                    "status": .string(job.status.rawValue), "updates": .object(updates), "payload": told,
                    "external_job_id": JSONValue(job.externalID),
                ], for: .owner(job.userID))
        ]
        if Self.trainerNames.contains(type), var members = told.members, !members.isEmpty {
            members["job_id"] = .string(job.id)
            events.append(Event(type, .object(members), for: .owner(job.userID)))
        }
        return events
    }
}
