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
    var quotaWarnings: [String] = []
    var costLimitWarning: String?

    static func accepted(_ job: Job, isIdempotentHit: Bool = false) -> SubmitAnswer {
        SubmitAnswer(
            jobID: job.id, status: job.status, error: job.status.isTerminal ? nil : job.errorMessage,
            isIdempotentHit: isIdempotentHit)
    }

    /// Whether a quota is why there is no job.
    var isOverQuota: Bool { error?.hasPrefix("Quota exceeded") == true && jobID == nil }

    static func refused(_ error: String) -> SubmitAnswer { SubmitAnswer(error: error) }

    mutating func take(_ terms: Admission.Terms) {
        quotaWarnings = terms.quotaWarnings
        costLimitWarning = terms.costLimitWarning
    }

    var document: JSONValue {
        [
            "success": .bool(jobID != nil),
            "job_id": JSONValue(jobID),
            "status": JSONValue(status?.rawValue),
            "error": JSONValue(error),
            "data_uploaded": false,
            "upload_id": JSONValue(uploadID),
            "cost_limit_warning": JSONValue(costLimitWarning),
            "quota_warnings": .array(quotaWarnings.map { .string($0) }),
            "idempotent_hit": .bool(isIdempotentHit),
        ]
    }
}
