public import ArgumentParser
internal import FoundationEssentials
internal import Settings

/// `tunergate check`: what the programs would find if they were started now, without starting them.
public struct CheckCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the settings and show them, or explain every one.",
        discussion: """
            Prints "ok" and each setting with its value and where that is from: the default, a line of the settings \
            file, or a variable of the environment. Otherwise prints everything that is wrong, and ends with 78.
            """
    )

    @OptionGroup var config: ConfigOption

    @Flag(help: "Print every setting with its meaning, its default and its names.")
    var manual = false

    public init() {}

    public func run() async throws {
        if manual { return try Terminal.say(Schema.manual) }
        let environment = config.environment
        do throws(SettingsErrors) {
            let report = try SettingsReport(
                file: SettingsFile(environment: environment), environment: environment,
                cores: ProcessInfo.processInfo.activeProcessorCount)
            try? Terminal.say("ok\n\(report.text)")
            for warning in report.warnings { Terminal.warn(warning) }
        } catch {
            throw Terminal.refuse(error)
        }
    }
}
