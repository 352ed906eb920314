/// The tables of rules that need no settings.
public enum StandardRules: String, Sendable {
    /// The operations guide's, with the paths that its own table means and its patterns miss.
    case guide
    /// What SimpleTuner's server itself uses: more of everything that a browser does.
    case simpletuner

    /// In order: the first that matches holds.
    public var rules: [RateRule] {
        let isGuide = self == .guide
        return [
            Self.rule("login", ["/api/auth/login"], isGuide ? 5 : 15, 60, ["POST"], "Brute force protection"),
            Self.rule("register", ["/api/auth/register"], isGuide ? 3 : 5, 60, ["POST"], "User registration abuse"),
            Self.rule("api-keys", ["/api/auth/api-keys"], 10, 60, ["POST"], "API key creation"),
            // Not in the guide's table, but a password can be guessed here as well.
            Self.rule(
                "password", ["/api/users/me/password", "/api/auth/change-password"], 5, 300, ["PUT", "POST"],
                "Brute force protection"),
            Self.rule("jobs", ["/api/cloud/jobs", "/api/cloud/jobs/submit"], 20, 60, ["POST"], "Job submission"),
            Self.rule("cancel", ["/api/cloud/jobs/.+/cancel"], 30, 60, ["POST"], "Job cancellation"),
            // Every running job of a provider sends its own.
            Self.rule(
                "webhooks", ["/api/webhooks/", "/api/cloud/webhook/"], 100, 60, [], "Webhook delivery",
                verified: Quota(calls: 1200, periodSeconds: 60)),
            // A checkpoint of 5 GB is an upload of 600 parts.
            Self.rule(
                "storage", ["/api/cloud/storage/"], 50, 60, [], "Storage uploads",
                verified: Quota(calls: 6000, periodSeconds: 60)),
            Self.rule("quotas", ["/api/quotas/"], 30, 60, [], "Quota operations"),
        ]
    }

    /// The limit for all that no rule is for.
    public var fallback: Quota {
        Quota(calls: self == .guide ? 100 : 360, periodSeconds: 60)
    }

    /// Paths that are not limited, with the methods for which that holds; none is all.
    public var exclusions: [(pattern: RulePattern, methods: [String])] {
        let readOnly = ["GET", "HEAD"]
        var paths: [(String, [String])] = [
            ("/health", []), ("/api/events/stream", []), ("/static/", []), ("/api/cloud/hints/", []),
            // What is written below these is worth a limit.
            ("/api/users/me/", readOnly), ("/api/cloud/providers/", readOnly),
        ]
        if self == .simpletuner {
            paths += [
                "/api/events/", "/api/webui/state/", "/api/webui/ui-state/", "/api/configs/", "/api/fields/",
                "/api/datasets/blueprints/", "/api/datasets/plan/", "/api/prompt-libraries/", "/api/caption-filters/",
                "/api/training/status/", "/api/auth/setup/status/", "/api/auth/check/", "/api/auth/me/",
                "/api/cloud/users/me/", "/api/users/meta/auth-status/",
            ].map { ($0, readOnly) }
        }
        return paths.map { (Self.pattern($0.0), $0.1) }
    }

    private static func rule(
        _ name: String, _ patterns: [String], _ calls: Int, _ period: Int, _ methods: [String], _ reason: String,
        verified: Quota? = nil
    ) -> RateRule {
        RateRule(
            patterns: patterns.map(pattern), calls: calls, periodSeconds: period, methods: methods, reason: reason,
            name: name, verified: verified)
    }

    private static func pattern(_ text: String) -> RulePattern {
        do {
            return try RulePattern(text)
        } catch {
            preconditionFailure("a standard rule has the pattern \(text): \(error)")
        }
    }
}
