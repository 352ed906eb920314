/// The providers that jobs can be sent to.
enum ProviderName: String {
    case replicate
}
