import JSON
import Jobs
import Webhooks

extension Subscription {
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "name": .string(name), "url": .string(url),
            "events": .array(events.map(\.rawValue).sorted().map { .string($0) }), "enabled": .bool(isEnabled),
            "has_secret": .bool(sealedSecret != nil), "created_at": .string(createdAt.description),
            "last_triggered": JSONValue(lastTriggeredAt?.description),
        ]
    }
}

extension Delivery {
    var document: JSONValue {
        [
            "id": JSONValue(Int(id)), "timestamp": .string(createdAt.description),
            "webhook_id": JSONValue(Int(subscriptionID)), "event_type": .string(event), "job_id": JSONValue(jobID),
            "success": .bool(state == .delivered), "state": .string(state.rawValue), "attempts": JSONValue(attempts),
            "response_status": last?.status.map { JSONValue($0) } ?? .null,
            "response_time_ms": JSONValue(last?.milliseconds), "error": JSONValue(last?.problem),
        ]
    }
}
