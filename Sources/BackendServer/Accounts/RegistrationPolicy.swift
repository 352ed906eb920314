import JSON

/// Whether strangers may make themselves an account, and what they may then.
struct RegistrationPolicy: Equatable, Sendable {
    static let settingName = "registration"

    var isEnabled = false
    var defaultLevel = "researcher"

    init() {}

    /// As it is stored; what cannot be read is closed.
    init(_ stored: JSONValue?) {
        guard let stored else { return }
        isEnabled = stored["enabled"]?.bool ?? false
        defaultLevel = stored["default_level"]?.text ?? defaultLevel
    }

    var stored: JSONValue { ["enabled": .bool(isEnabled), "default_level": .string(defaultLevel)] }

    /// As clients get it.
    ///
    /// No letters are sent, so whoever forgets a password asks an administrator.
    var document: JSONValue {
        [
            "enabled": .bool(isEnabled), "default_level": .string(defaultLevel), "email_configured": false,
            "email_required_warning": isEnabled
                ? "Email is not configured. Password reset and email verification will not work for new users."
                : .null,
        ]
    }
}
