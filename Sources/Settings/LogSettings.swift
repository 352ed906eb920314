/// What is logged, how, and where to.
public struct LogSettings: Equatable, Sendable {
    public enum Format: String, Sendable { case json, text }

    /// `SIMPLETUNER_LOG_LEVEL`: DEBUG, INFO, WARNING or ERROR.
    public enum Level: String, Sendable { case debug = "DEBUG", info = "INFO", warning = "WARNING", error = "ERROR" }

    public let level: Level
    public let format: Format
    /// `SIMPLETUNER_LOG_FILE`: appended to; nil is standard error.
    public let file: String?

    init(environment: Environment) throws(SettingsError) {
        let levelName = environment["SIMPLETUNER_LOG_LEVEL"] ?? Level.info.rawValue
        guard let level = Level(rawValue: levelName.uppercased()) else {
            throw SettingsError(
                setting: "SIMPLETUNER_LOG_LEVEL", problem: "is \"\(levelName)\"",
                remedy: "Use DEBUG, INFO, WARNING or ERROR.")
        }
        let formatName = environment["SIMPLETUNER_LOG_FORMAT"] ?? Format.json.rawValue
        guard let format = Format(rawValue: formatName.lowercased()) else {
            throw SettingsError(
                setting: "SIMPLETUNER_LOG_FORMAT", problem: "is \"\(formatName)\"", remedy: "Use json or text.")
        }
        self.level = level
        self.format = format
        file = environment["SIMPLETUNER_LOG_FILE"]
    }
}
