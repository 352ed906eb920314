import BackendServer
import FoundationEssentials
import Glibc
import Reactor
import Settings

// `tunergate-backend`: what it is to know comes from the environment.
do {
    HostProcess.raiseDescriptorLimit()
    let settings = try BackendSettings(environment: Environment(ProcessInfo.processInfo.environment))
    exit(await BackendServer.run(settings: settings))
} catch {
    exit(BackendServer.refuse(error.description))
}
