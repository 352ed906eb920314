/// What both programs would find if they were started now.
public struct SettingsReport: Sendable {
    public let settings: [ResolvedSetting]
    /// Variables that look like settings and are none.
    public let warnings: [String]

    /// Variables that the programs tell each other, or that name what is no setting.
    private static let others: Set = [
        "TUNERGATE_CONFIG", "TUNERGATE_SUPERVISED", "TUNERGATE_TAKEOVER", "TUNERGATE_BIN",
    ]

    /// Reads the settings of both programs.
    ///
    /// - Parameters:
    ///   - file: The settings file, if there is one.
    ///   - environment: The environment that they would get.
    ///   - cores: The number of processors.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public init(file: SettingsFile?, environment: Environment, cores: Int) throws(SettingsErrors) {
        settings = try SettingsValues(for: .both, file: file, environment: environment, cores: cores).resolved
        let known = Set(Schema.settings.map(\.variable)).union(Self.others)
        let strangers = environment.names.filter { $0.hasPrefix("TUNERGATE_") && !known.contains($0) }
        warnings = strangers.map { name in
            let near = Suggestion.nearestVariable(to: name).map { " Did you mean \($0)?" } ?? ""
            return "\(name) is set, but is no setting.\(near)"
        }
    }

    /// One line for each setting: its key, its value, and where it is from.
    public var text: String {
        let rows = settings.map { (key: $0.key, value: $0.text ?? "-", origin: $0.origin.description) }
        let keyWidth = rows.map(\.key.count).max() ?? 0
        let valueWidth = min(rows.map(\.value.count).max() ?? 0, 40)
        return rows.map { row in
            "\(row.key.padded(to: keyWidth))  \(row.value.padded(to: valueWidth))  \(row.origin)\n"
        }.joined()
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
