internal import ArgumentParser
internal import FoundationEssentials
internal import Settings

/// `--config FILE`: the settings file of whatever the command starts or checks.
struct ConfigOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: "A YAML file with settings; the environment wins over it. Also TUNERGATE_CONFIG.",
        completion: .file())
    var path: String?

    /// What the programs are given besides the command's own environment.
    var variables: [String: String] { path.map { ["TUNERGATE_CONFIG": $0] } ?? [:] }

    /// The environment that the programs get.
    var environment: Environment {
        Environment(ProcessInfo.processInfo.environment.merging(variables) { _, own in own })
    }
}
