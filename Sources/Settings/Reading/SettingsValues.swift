/// The values of one program's settings, all of them good.
///
/// The environment wins over the file, the file over the default. What the file says is checked even where the
/// environment wins, and for both programs: a file is either good or not, whoever reads it.
struct SettingsValues {
    private var values: [String: SettingValue] = [:]
    private(set) var resolved: [ResolvedSetting] = []

    init(
        for program: Setting.Audience, file: SettingsFile?, environment: Environment, cores: Int
    ) throws(SettingsErrors) {
        var problems = file?.problems ?? []
        for setting in Schema.settings where setting.isFor(program) {
            let context = DefaultContext(home: Self.home(environment), cores: cores, earlier: values)
            let (value, origin) = Self.find(setting, file, environment, context, &problems)
            values[setting.key] = value
            resolved.append(
                ResolvedSetting(key: setting.key, origin: origin, value: value, isSecret: setting.kind.isSecret))
        }
        if problems.isEmpty { problems += SettingsRules(self).broken }
        guard problems.isEmpty else { throw SettingsErrors(problems) }
    }

    private static func find(
        _ setting: Setting, _ file: SettingsFile?, _ environment: Environment, _ context: DefaultContext,
        _ problems: inout [SettingsError]
    ) -> (SettingValue, SettingOrigin) {
        if let text = environment[setting.variable] {
            if let value = setting.kind.value(of: text) { return (value, .environment(setting.variable)) }
            problems.append(
                SettingsError(
                    setting: setting.variable, problem: setting.kind.isSecret ? "cannot be used" : "is \(quoted(text))",
                    remedy: setting.kind.remedy))
        } else if let entry = file?.entries[setting.key] {
            return (entry.value, .file(entry.place))
        } else if let value = fallback(of: setting, context) {
            return (value, .fallback)
        } else {
            problems.append(
                SettingsError(
                    setting: setting.variable, problem: "is not set, and HOME is no absolute path to derive it from",
                    remedy: "Set it to a folder that this process may write."))
        }
        return (.absent, .fallback)
    }

    /// Without the slash at its end that some systems give it.
    private static func home(_ environment: Environment) -> String? {
        guard var home = environment["HOME"] else { return nil }
        while home.hasSuffix("/") { home.removeLast() }
        return home
    }

    private static func fallback(of setting: Setting, _ context: DefaultContext) -> SettingValue? {
        switch setting.fallback {
        case .nothing: .absent
        case .value(let text): setting.kind.value(of: text)
        case .derived(_, let rule): rule(context).flatMap(setting.kind.value(of:))
        }
    }

    /// Where a setting is from.
    func origin(_ key: String) -> SettingOrigin {
        resolved.first { $0.key == key }?.origin ?? .fallback
    }
}

// Each of these knows from the table what it will find: anything else is a mistake there.
extension SettingsValues {
    func integer(_ key: String) -> Int {
        guard case .integer(let number) = values[key] else { preconditionFailure("\(key) is no integer") }
        return number
    }

    func text(_ key: String) -> String? {
        switch values[key] {
        case .text(let text): return text
        case .absent: return nil
        default: preconditionFailure("\(key) is no text")
        }
    }

    func folder(_ key: String) -> String {
        guard case .text(let path) = values[key] else { preconditionFailure("\(key) is no folder") }
        return path
    }

    func choice<Choice: RawRepresentable<String>>(_ key: String) -> Choice {
        guard case .text(let word) = values[key], let choice = Choice(rawValue: word) else {
            preconditionFailure("\(key) is none of \(Choice.self)")
        }
        return choice
    }

    func list(_ key: String) -> [String] {
        guard case .list(let words) = values[key] else { return absent(key, []) }
        return words
    }

    func userIDs(_ key: String) -> [UInt32] {
        guard case .userIDs(let ids) = values[key] else { return absent(key, []) }
        return ids
    }

    func pairs(_ key: String) -> [SettingPair] {
        guard case .pairs(let pairs) = values[key] else { return absent(key, []) }
        return pairs
    }

    func rateRules(_ key: String) -> [RateLimitSettings.Rule] {
        guard case .rateRules(let rules) = values[key] else { return absent(key, []) }
        return rules
    }

    func publicURL(_ key: String) -> PublicURL? {
        guard case .publicURL(let url) = values[key] else { return absent(key, nil) }
        return url
    }

    func listenAddress(_ key: String) -> ListenAddress {
        guard case .listenAddress(let address) = values[key] else { preconditionFailure("\(key) is no address") }
        return address
    }

    func upstream(_ key: String) -> UpstreamAddress {
        guard case .upstream(let address) = values[key] else { preconditionFailure("\(key) is no address") }
        return address
    }

    private func absent<Value>(_ key: String, _ value: Value) -> Value {
        precondition(values[key] == .absent, "\(key) is of another kind")
        return value
    }
}

/// A text as an error message shows it: cut, and with nothing in it that a terminal would obey.
func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) { shown += scalar.escaped(asASCII: false) }
    return "\"\(shown)\(text.unicodeScalars.count > 80 ? "…" : "")\""
}
