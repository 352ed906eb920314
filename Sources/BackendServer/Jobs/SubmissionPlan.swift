import JSON
import Jobs
import Settings

/// Why a submission makes no job: a sentence for whoever sent it.
struct SubmissionProblem: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// What an order comes to under the present configuration, before anything is recorded or sent.
struct SubmissionPlan: Sendable {
    let config: TrainingConfig
    let profile: HardwareProfile
    /// Where the provider reaches us; nil where it cannot.
    let origin: PublicURL?
    let storesResults: Bool

    /// - Throws: `SubmissionProblem`.
    init(
        _ order: JobOrder, _ configuration: ProviderConfiguration, publicURL: PublicURL?, configs: ConfigFolder
    ) throws {
        config = TrainingConfig(try Self.options(order, configs))
        profile = try Self.profile(order, configuration)
        if let url = order.webhookURL, !WebAddress.isValid(url) {
            throw SubmissionProblem("Invalid webhook URL. It must begin with http:// or https://.")
        }
        let webhook = order.webhookURL ?? configuration.webhookURL
        origin = publicURL ?? configuration.publicURL ?? webhook.flatMap { WebAddress.origin(of: $0) }
        storesResults = origin != nil && configuration.isStorageEnabled && !config.publishesElsewhere
    }

    /// Where the provider is to send the events of a job.
    func webhookURL(jobID: String) -> String? {
        origin.map { "\($0.origin)/api/webhooks/replicate?job=\(jobID)" }
    }

    private static func options(_ order: JobOrder, _ configs: ConfigFolder) throws -> [String: JSONValue] {
        if let config = order.config, !config.isEmpty { return config }
        guard let name = order.configNameToLoad else { throw SubmissionProblem("No configuration provided") }
        do {
            return try configs.config(named: name)
        } catch {
            throw SubmissionProblem(error.sentence(name))
        }
    }

    private static func profile(
        _ order: JobOrder, _ configuration: ProviderConfiguration
    ) throws -> HardwareProfile {
        guard let name = order.hardwareProfile else { return configuration.hardwareProfile ?? .standard }
        guard let profile = HardwareProfile(rawValue: name) else {
            throw SubmissionProblem(ProviderConfiguration.unknownProfile(name))
        }
        return profile
    }
}
