import AuditTrail
import JSON
import Jobs
import Logging
import Storage

/// Tells everybody who should know that a job has moved, after that is on the disk: the log, the open pages, the trail.
///
/// Whatever moves a job calls it, so that no page depends on who brought the news.
struct JobNews: Sendable {
    /// Who moved the job.
    enum Source: Equatable, Sendable {
        case submission
        case poll
        /// With the sender's name of the message; nil for one that has none.
        case webhook(id: String?)
        /// Somebody's request, whose own entry in the trail tells of it.
        case request

        var word: String {
            switch self {
            case .submission: "submission"
            case .poll: "poll"
            case .webhook: "webhook"
            case .request: "request"
            }
        }
    }

    let events: EventHub
    let audit: AuditDesk
    let logger: Logger

    func tell(_ before: Job, _ after: Job, by source: Source) async {
        guard before.status != after.status else { return }
        logger.info(
            "a job moved",
            metadata: ["job": "\(after.id)", "status": "\(after.status.rawValue)", "source": "\(source.word)"])
        events.publish(Event(moved: after, from: before.status))
        if after.status.isTerminal, source != .request { await recordEnd(of: after, by: source) }
        if after.status.isTerminal {
            events.publish(
                .notification(
                    "Job \(after.id) is \(after.status.rawValue)",
                    severity: after.status == .failed ? "error" : "info", job: after.id, owner: after.userID))
        }
    }

    /// Tells that a job which waited for an approval has its answer.
    func tellAnswered(_ job: Job) async {
        var before = job
        before.status = .pending
        await tell(before, job, by: .request)
    }

    /// One entry for a job's end: a second event cannot end it again.
    private func recordEnd(of job: Job, by source: Source) async {
        var event = audit.event(AuditEventType(endOf: job.status))
        (event.targetType, event.target) = ("job", job.id)
        event.details = ["source": source.word]
        if case .webhook(let id?) = source { event.details["webhook_id"] = id }
        await audit.record(event)
    }
}

extension AuditEventType {
    fileprivate init(endOf status: JobStatus) {
        switch status {
        case .completed: self = .jobCompleted
        case .failed: self = .jobFailed
        default: self = .jobCancelled
        }
    }
}

extension Event {
    fileprivate init(moved job: Job, from status: JobStatus) {
        self.init(
            nil,
            [
                "type": "job_status_changed", "job_id": .string(job.id), "status": .string(job.status.rawValue),
                "previous_status": .string(status.rawValue), "external_job_id": JSONValue(job.externalID),
            ], for: .owner(job.userID))
    }
}
