import Accounts
import JSON
import Jobs

/// Something that happened and that a page which is open now wants to know.
struct Event: Equatable, Sendable {
    /// Who may hear of it.
    enum Audience: Equatable, Sendable {
        case everybody
        /// Whoever a job belongs to, and those who may see all jobs; nil when it belongs to nobody.
        case owner(Int64?)
        /// One person alone, whatever others may see.
        case user(Int64)
    }

    /// The name of the frame; nil for one that is told apart by the `type` in its data.
    let name: String?
    let data: JSONValue
    let audience: Audience

    init(_ name: String? = nil, _ data: JSONValue, for audience: Audience) {
        self.name = name
        self.data = data
        self.audience = audience
    }

    func isFor(_ caller: Caller) -> Bool {
        switch audience {
        case .everybody: true
        case .owner(let owner): caller.may(.jobViewOwn, orAll: .jobViewAll, of: owner)
        case .user(let id): caller.userID == id
        }
    }
}

extension Event {
    /// A message for people: what SimpleTuner's page shows in a corner.
    static func notification(_ message: String, severity: String, job: String, owner: Int64?) -> Event {
        Event(
            nil,
            [
                "type": "notification", "message_type": "cloud", "message": .string(message),
                "severity": .string(severity), "job_id": .string(job), "source": "cloud",
            ], for: .owner(owner))
    }

    /// Nobody answered in time whether a job may be sent.
    static func approvalExpired(of job: Job) -> Event {
        Event(nil, ["type": "approval_expired", "job_id": .string(job.id)], for: .owner(job.userID))
    }
}
