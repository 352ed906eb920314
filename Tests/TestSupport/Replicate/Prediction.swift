internal import FoundationEssentials

/// A run of a model at the platform.
public struct Prediction: Sendable {
    /// The platform's own words for how far a prediction is.
    public enum Status: String, Sendable {
        case starting, processing, succeeded, failed, canceled

        public var isTerminal: Bool { self != .starting && self != .processing }
    }

    public let id: String
    /// `owner/model`.
    public let model: String
    public let version: String
    public let input: JSON
    public let webhook: String?
    public let webhookEventsFilter: [String]
    public internal(set) var status = Status.starting
    public internal(set) var error: String?
    let createdAt: Date
    var startedAt: Date?
    var completedAt: Date?

    mutating func advance(to status: Status, at now: Date) {
        guard !self.status.isTerminal else { return }
        self.status = status
        if status != .starting, startedAt == nil { startedAt = now }
        if status.isTerminal { completedAt = now }
        if status == .failed { error = "CUDA out of memory" }
    }

    /// The object that the platform answers with, and that it posts to the webhook.
    ///
    /// It does not say where webhooks go: the platform documents no such field of its answers.
    public var json: JSON {
        var members: [String: JSON] = [
            "id": .string(id),
            "model": .string(model),
            "version": .string(version),
            "input": input,
            "status": .string(status.rawValue),
            "created_at": Self.stamp(createdAt),
            "started_at": startedAt.map(Self.stamp) ?? .null,
            "completed_at": completedAt.map(Self.stamp) ?? .null,
            "output": status == .succeeded ? [.string("https://replicate.delivery/\(id)/output.safetensors")] : .null,
            "error": error.map(JSON.string) ?? .null,
            "logs": "step 1/100\n",
            "metrics": [:],
        ]
        if let startedAt, let completedAt {
            members["metrics"] = ["predict_time": .number(completedAt.timeIntervalSince(startedAt))]
        }
        return .object(members)
    }

    private static func stamp(_ date: Date) -> JSON {
        .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
