import HTTPTypes

/// The providers that jobs can be sent to.
enum ProviderName: String, CaseIterable {
    case replicate
}

extension ProviderName {
    /// Takes the name in a path.
    init(path name: String) throws(Refusal) {
        guard let provider = ProviderName(rawValue: name) else {
            throw Refusal(.notFound, "Unknown provider: \(name.prefix(64))")
        }
        self = provider
    }
}
