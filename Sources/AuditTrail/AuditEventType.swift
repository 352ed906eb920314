/// What kind of thing happened, by the name that the API filters by.
///
/// A name, not a closed list: an event that a newer gateway wrote is kept by an older backend. Two names that mean one
/// thing are one value here, so nothing is stored under a name that a filter misses.
public struct AuditEventType: Hashable, Sendable {
    /// The stored name: `rate_limited`.
    public let name: String

    /// Takes a name or an alias of one.
    ///
    /// - Parameter name: Lower-case letters, digits, `_` and `.`, at most 64 of them; nil for anything else.
    public init?(_ name: String) {
        guard Self.isWellFormed(name) else { return nil }
        self.init(known: Self.canonicalNames[name] ?? name)
    }

    private init(known name: String) {
        self.name = name
    }

    /// The other name that the type answers to; nil for most.
    public var alias: String? {
        Self.aliases[name]
    }

    /// The name as SimpleTuner's `/api/audit/types` spells it: `SECURITY_RATE_LIMITED`.
    public var title: String {
        String((alias ?? name).uppercased().map { $0 == "." ? "_" : $0 })
    }

    /// A client was refused because it asked too often.
    public static let rateLimited = AuditEventType(known: "rate_limited")
    /// A webhook came from an address that its provider's allowlist does not have.
    public static let webhookRejected = AuditEventType(known: "webhook_rejected")
    /// A provider took a job.
    public static let jobSubmitted = AuditEventType(known: "job.submitted")
    /// Somebody signed in.
    public static let loginSucceeded = AuditEventType(known: "auth.login.success")
    /// Somebody gave a wrong name or password.
    public static let loginFailed = AuditEventType(known: "auth.login.failed")
    /// Somebody signed out.
    public static let loggedOut = AuditEventType(known: "auth.logout")
    /// A key was used; told once an hour.
    public static let apiKeyUsed = AuditEventType(known: "auth.api_key.used")
    /// A key was made.
    public static let apiKeyCreated = AuditEventType(known: "api_key.created")
    /// A key was removed.
    public static let apiKeyRevoked = AuditEventType(known: "api_key.revoked")
    /// An account was made.
    public static let userCreated = AuditEventType(known: "user.created")
    /// An account was changed.
    public static let userUpdated = AuditEventType(known: "user.updated")
    /// An account was removed.
    public static let userDeleted = AuditEventType(known: "user.deleted")
    /// An account has another password.
    public static let passwordChanged = AuditEventType(known: "user.password.changed")
    /// An account has other levels.
    public static let levelChanged = AuditEventType(known: "user.level.changed")
    /// Something was given to an account, or taken from it.
    public static let permissionChanged = AuditEventType(known: "user.permission.changed")
    /// Somebody wanted what they may not.
    public static let permissionDenied = AuditEventType(known: "security.permission_denied")
    /// A job was stopped before its end.
    public static let jobCancelled = AuditEventType(known: "job.cancelled")
    /// A job that is over was removed.
    public static let jobDeleted = AuditEventType(known: "job.deleted")
    /// A job that waited for an approval may be sent.
    public static let jobApproved = AuditEventType(known: "job.approved")
    /// A job that waited for an approval was ended.
    public static let jobRejected = AuditEventType(known: "job.rejected")
    /// A quota was made or removed.
    public static let quotaChanged = AuditEventType(known: "quota.changed")
    /// A job was refused because of a quota.
    public static let quotaExceeded = AuditEventType(known: "quota.exceeded")
    /// A job came to a good end.
    public static let jobCompleted = AuditEventType(known: "job.completed")
    /// A job came to a bad one.
    public static let jobFailed = AuditEventType(known: "job.failed")
    /// A provider's configuration was changed.
    public static let providerConfigured = AuditEventType(known: "provider.configured")
    /// A secret was put where it is kept.
    public static let credentialCreated = AuditEventType(known: "credential.created")
    /// A secret was taken from where it is kept.
    public static let credentialDeleted = AuditEventType(known: "credential.deleted")
    /// A setting that is kept in the database was changed.
    public static let configChanged = AuditEventType(known: "config.changed")

    /// Events were lost, because there was no room for them: the event's count says how many.
    public static let eventsDropped = AuditEventType(known: "audit.events_dropped")

    /// Retention removed the oldest entries.
    public static let auditTrimmed = AuditEventType(known: "audit.trimmed")
    /// A trail whose key was lost was put aside, and this one begun.
    public static let auditClosed = AuditEventType(known: "audit.closed")

    /// SimpleTuner's names for what the guide calls otherwise.
    private static let aliases = [
        "rate_limited": "security.rate_limited",
        "webhook_rejected": "security.webhook_rejected",
    ]
    private static let canonicalNames = Dictionary(uniqueKeysWithValues: aliases.map { ($1, $0) })

    static func isWellFormed(_ name: some StringProtocol) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

extension AuditEventType {
    /// Every type that is written, in the order in which the API lists them.
    public static let known: [AuditEventType] =
        ([
            "auth.login.success", "auth.login.failed", "auth.logout", "auth.session.expired", "auth.session.revoked",
            "auth.api_key.used", "user.created", "user.updated", "user.deleted", "user.password.changed",
            "user.level.changed", "user.permission.changed", "api_key.created", "api_key.revoked",
            "credential.created", "credential.deleted", "credential.used", "job.submitted", "job.cancelled",
            "job.completed", "job.failed", "job.approved", "job.rejected", "job.deleted", "quota.exceeded",
            "quota.changed", "config.changed",
            "provider.configured", "backup.created", "backup.restored", "audit.events_dropped",
            "audit.trimmed", "audit.closed", "storage.upload_denied", "security.permission_denied",
            "security.suspicious",
        ] as [String]).map(AuditEventType.init(known:)) + [.rateLimited, .webhookRejected]

    /// What `/api/audit/security` lists: the refusals, and whatever else may be somebody's attempt.
    public static let security: [AuditEventType] = known.filter { type in
        (type.alias ?? type.name).hasPrefix("security.")
            || ["auth.login.failed", "storage.upload_denied"].contains(type.name)
    }
}

extension AuditEventType: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let type = AuditEventType(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "This is no name of an event type.")
        }
        self = type
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
