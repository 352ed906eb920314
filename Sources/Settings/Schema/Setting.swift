/// One row of the table of settings: all that is known about a setting before anybody set it.
public struct Setting: Sendable {
    /// Which program listens to it.
    public enum Audience: Sendable { case gateway, backend, both }

    /// When a running gateway takes a new value.
    public enum Effect: Sendable {
        /// At the next reload, and nothing is closed.
        case reload
        /// Only a new process takes it: it is built into what was opened at the start.
        case restart
    }

    /// The path of its key in the settings file, as in `limits.head_bytes`.
    public let key: String
    /// The environment variable, which wins over the file.
    public let variable: String
    let kind: SettingKind
    let fallback: SettingDefault
    public let audience: Audience
    public let effect: Effect
    /// The manual's entry.
    public let meaning: String

    init(
        _ key: String, _ variable: String, _ kind: SettingKind, _ fallback: SettingDefault,
        _ audience: Audience, _ effect: Effect, _ meaning: String
    ) {
        self.key = key
        self.variable = variable
        self.kind = kind
        self.fallback = fallback
        self.audience = audience
        self.effect = effect
        self.meaning = meaning
    }

    func isFor(_ program: Audience) -> Bool {
        program == .both || audience == .both || audience == program
    }
}

/// What holds when nobody set it.
enum SettingDefault: Sendable {
    case value(String)
    /// Nothing; the text says what that means.
    case nothing(String)
    /// Worked out from the machine or from settings further up in the table; the text says how.
    ///
    /// Nil when it cannot be worked out, which is a problem then.
    case derived(String, @Sendable (DefaultContext) -> String?)

    /// The manual's words for it.
    var description: String {
        switch self {
        case .value(let text): text
        case .nothing(let meaning): meaning
        case .derived(let rule, _): rule
        }
    }
}

/// What a default may be worked out from.
struct DefaultContext: Sendable {
    let home: String?
    let cores: Int
    /// The runtime folder and what else is known already, by key.
    let earlier: [String: SettingValue]

    /// A folder or word further up in the table; empty when that one could not be used, which was reported there.
    func text(_ key: String) -> String {
        guard case .text(let text) = earlier[key] else { return "" }
        return text
    }
}
