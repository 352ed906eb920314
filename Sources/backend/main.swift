import BackendServer
import FoundationEssentials
import Glibc
import Reactor
import Settings

// `tunergate-backend`: what it is to know comes from the environment, which may name a file.
do {
    HostProcess.raiseDescriptorLimit()
    let environment = Environment(ProcessInfo.processInfo.environment)
    let settings = try BackendSettings(file: SettingsFile(environment: environment), environment: environment)
    exit(await BackendServer.run(settings: settings))
} catch {
    exit(BackendServer.refuse(error.description))
}
