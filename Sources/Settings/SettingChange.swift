/// A setting that has another value than before.
public struct SettingChange: Equatable, Sendable, CustomStringConvertible {
    public let key: String
    /// As they would be written; nil is none.
    public let old: String?
    public let new: String?
    /// Whether only a new process takes it: an upgrade, or a restart.
    public let needsNewProcess: Bool

    public var description: String {
        "\(key): \(old ?? "none") -> \(new ?? "none")\(needsNewProcess ? " (needs a new process)" : "")"
    }
}

extension GatewaySettings {
    /// What differs from the settings before, in the order of the table.
    ///
    /// Nothing for a setting that only moved, from the environment into the file, say.
    public func changes(from before: GatewaySettings) -> [SettingChange] {
        zip(origins, before.origins).compactMap { new, old in
            guard new.value != old.value, let setting = Schema.settings.first(where: { $0.key == new.key }) else {
                return nil
            }
            return SettingChange(
                key: new.key, old: old.text, new: new.text, needsNewProcess: setting.effect == .restart)
        }
    }
}
