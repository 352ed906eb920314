import HTTPTypes
import Hummingbird
import JSON
import Jobs

/// What a submission is answered with: always status 200, since existing clients read `success`.
struct SubmitAnswer: Equatable {
    var jobID: String?
    var status: JobStatus?
    var error: String?
    var uploadID: String?
    var isIdempotentHit = false

    static func accepted(_ job: Job, isIdempotentHit: Bool = false) -> SubmitAnswer {
        SubmitAnswer(
            jobID: job.id, status: job.status, error: job.status.isTerminal ? nil : job.errorMessage,
            isIdempotentHit: isIdempotentHit)
    }

    static func refused(_ error: String) -> SubmitAnswer { SubmitAnswer(error: error) }

    var document: JSONValue {
        [
            "success": .bool(jobID != nil),
            "job_id": JSONValue(jobID),
            "status": JSONValue(status?.rawValue),
            "error": JSONValue(error),
            "data_uploaded": false,
            "upload_id": JSONValue(uploadID),
            "cost_limit_warning": nil,
            "quota_warnings": [],
            "idempotent_hit": .bool(isIdempotentHit),
        ]
    }
}
