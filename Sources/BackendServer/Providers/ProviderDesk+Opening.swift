import Logging
import Providers
import Secrets
import Settings
import Storage

extension ProviderDesk {
    /// The desk of a running backend.
    ///
    /// - Throws: `StartupError` when calls cannot leave this machine as they should.
    init(
        database: JobDatabase, settings: BackendSettings, http: HTTPOutbound, logger: Logger, clock: @escaping Clock
    ) throws {
        let outbound = try OutboundSettings(settings.outbound)
        if !outbound.verifiesTLS {
            logger.warning("certificates of providers are not checked: SIMPLETUNER_SSL_VERIFY is off")
        }
        let pacing = Pacing.system(clock: clock)
        let names = ProviderName.allCases.map(\.rawValue) + Secrets.breakerNames(settings.remoteSecrets)
        let breakers = BreakerRegistry(names: names, pacing: pacing)
        let secrets = Secrets(
            settings,
            outbound: { name in
                GuardedCalls(name: name, breakers: breakers, pacing: pacing)
                    .over(http.outbound(outbound), retry: .once)
            }, logger: logger)
        self.init(
            database: database, settings: settings, outbound: outbound, factory: http.factory, breakers: breakers,
            pacing: pacing, secrets: secrets, resolver: .system, clock: clock)
    }
}
