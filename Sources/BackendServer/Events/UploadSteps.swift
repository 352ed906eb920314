import JSON
import Jobs
import Synchronization

/// How far the archives are that are being sent to a provider, by their upload id; in memory only.
///
/// Bounded: the longest untouched goes first.
final class UploadSteps: Sendable {
    static let uploadsMax = 256
    static let nameBytesMax = 128

    /// One look at an upload: the stages are `scanning`, `packaging`, `uploading`, `complete` and `error`.
    struct Step: Equatable, Sendable {
        var stage: String
        var current = 0
        var total = 0
        var message: String?
        var error: String?
        var updatedAt: Timestamp

        var isDone: Bool { stage == "complete" || error != nil }

        var document: JSONValue {
            [
                "stage": .string(stage), "current": JSONValue(current), "total": JSONValue(total),
                "percent": JSONValue(total > 0 ? (Double(current) / Double(total) * 1000).rounded() / 10 : 0),
                "message": JSONValue(message), "done": .bool(isDone), "error": JSONValue(error),
                "updated_at": .string(updatedAt.description),
            ]
        }
    }

    private let steps = Mutex<[String: Step]>([:])

    func set(_ step: Step, of upload: String) {
        steps.withLock { steps in
            steps[upload] = step
            guard steps.count > Self.uploadsMax,
                let oldest = steps.min(by: { $0.value.updatedAt < $1.value.updatedAt })
            else { return }
            steps[oldest.key] = nil
        }
    }

    func step(of upload: String) -> Step? { steps.withLock { $0[upload] } }
}
