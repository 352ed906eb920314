internal import Logging
public import Settings
internal import SystemPackage

/// The process's logging, set up once at its start.
public enum Telemetry {
    /// Makes all loggers of the process write as the settings say.
    ///
    /// - Parameters:
    ///   - settings: Level, format and file.
    ///   - clock: Wall-clock milliseconds since 1970.
    /// - Throws: ``SettingsError`` when the file cannot be opened.
    public static func bootstrapLogging(
        _ settings: LogSettings, clock: @escaping @Sendable () -> Int64
    ) throws(SettingsError) {
        let sink: LogSink
        do {
            sink = try LogSink(path: settings.file)
        } catch {
            throw SettingsError(
                setting: "SIMPLETUNER_LOG_FILE",
                problem: "is \"\(settings.file ?? "")\", which cannot be opened (\(error))",
                remedy: "Check that its folder exists and may be written."
            )
        }
        LoggingSystem.bootstrap { label in
            StructuredLogHandler(
                label: label, level: settings.level.logging, isJSON: settings.format == .json, sink: sink, clock: clock
            )
        }
    }
}

extension LogSettings.Level {
    var logging: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
