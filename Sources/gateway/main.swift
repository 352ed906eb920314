import GatewayServer
import Reactor
import Settings

// Set by its environment, which may name a settings file as `--config` does, so that systemd, Kubernetes and
// `tunergate up` start it in the same way.
do {
    HostProcess.raiseDescriptorLimit()
    let arguments = Array(CommandLine.arguments.dropFirst())
    var variables = HostProcess.environment()
    if arguments.count == 2, arguments.first == "--config" {
        variables["TUNERGATE_CONFIG"] = arguments[1]
    } else if !arguments.isEmpty {
        HostProcess.exit(Gateway.configurationExitCode, "Usage: tunergate-gateway [--config FILE]")
    }
    let source = SettingsSource(variables: variables, cores: HostProcess.cores())
    try Gateway(source: source, arguments: arguments).run()
} catch {
    HostProcess.exit(Gateway.configurationExitCode, "tunergate-gateway: \(error)")
}
