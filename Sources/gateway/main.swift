import GatewayServer
import Reactor
import Settings

// Set by its environment alone, so that systemd, Kubernetes and `tunergate up` start it in the same way.
do {
    HostProcess.raiseDescriptorLimit()
    let environment = Environment(HostProcess.environment())
    try Gateway(settings: GatewaySettings(environment: environment, cores: HostProcess.cores())).run()
} catch {
    HostProcess.exit(Gateway.configurationExitCode, "tunergate-gateway: \(error)")
}
