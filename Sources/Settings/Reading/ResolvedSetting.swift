/// A setting as it was found, and where.
public struct ResolvedSetting: Equatable, Sendable {
    public let key: String
    public let origin: SettingOrigin
    let value: SettingValue
    let isSecret: Bool

    /// The value as it would be written, nothing of a secret's; nil when it is none or an empty list.
    public var text: String? {
        let text = "\(value)"
        return text.isEmpty ? nil : isSecret ? "(secret)" : text
    }
}

/// Where a value is from.
public enum SettingOrigin: Equatable, Sendable, CustomStringConvertible {
    case fallback
    case environment(String)
    case file(FilePlace)

    public var description: String {
        switch self {
        case .fallback: "default"
        case .environment(let name): name
        case .file(let place): "\(place)"
        }
    }
}
