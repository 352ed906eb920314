/// What is logged, how, and where to.
public struct LogSettings: Equatable, Sendable {
    public enum Format: String, Sendable { case json, text }

    /// `SIMPLETUNER_LOG_LEVEL`: DEBUG, INFO, WARNING or ERROR.
    public enum Level: String, Sendable { case debug = "DEBUG", info = "INFO", warning = "WARNING", error = "ERROR" }

    public let level: Level
    public let format: Format
    /// `SIMPLETUNER_LOG_FILE`: appended to; nil is standard error.
    public let file: String?

    init(_ values: SettingsValues) {
        level = values.choice("log.level")
        format = values.choice("log.format")
        file = values.text("log.file")
    }
}
