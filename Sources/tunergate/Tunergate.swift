import ArgumentParser
import ControlTool

/// The command line of an installation.
@main
struct Tunergate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tunergate",
        abstract: "The public door of a SimpleTuner installation.",
        subcommands: [
            UpCommand.self, GatewayCommand.self, BackendCommand.self, CheckCommand.self, StatusCommand.self,
            MetricsCommand.self, DrainCommand.self, ReloadCommand.self, UpgradeCommand.self, ExplainCommand.self,
        ]
    )
}
