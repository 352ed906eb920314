/// Why a provider did not do what it was asked.
public enum ProviderError: Error, Equatable, Sendable {
    /// It said no.
    case refused(status: Int, detail: String)
    /// It was not reached; nothing happened there.
    case unreachable(reason: String)
    /// It may or may not have done it.
    case unclear(reason: String)
    /// It was not asked, because it failed too often lately.
    case unavailable(provider: String)

    init(_ failure: OutboundFailure) {
        switch failure {
        case .notSent(let reason), .withheld(let reason): self = .unreachable(reason: reason)
        case .unclear(let reason): self = .unclear(reason: reason)
        case .suspended(let name): self = .unavailable(provider: name)
        }
    }

    /// A sentence for the person who asked.
    public var sentence: String {
        switch self {
        case .refused(_, let detail): "Replicate API error: \(detail)"
        case .unreachable(let reason): "Replicate cannot be reached: \(reason)."
        case .unclear(let reason): "Replicate gave no usable answer: \(reason)."
        case .unavailable(let provider):
            "Provider '\(provider)' is temporarily unavailable. Please try again later."
        }
    }
}
