/// What a setting was found to be.
enum SettingValue: Equatable, Sendable {
    case absent
    case integer(Int)
    case text(String)
    case list([String])
    case userIDs([UInt32])
    case pairs([SettingPair])
    case rateRules([RateLimitSettings.Rule])
    case listenAddress(ListenAddress)
    case publicURL(PublicURL)
    case upstream(UpstreamAddress)
}

/// Two words that belong together: a chain and its key, a name and who may vouch for its clients.
struct SettingPair: Equatable, Sendable {
    let first: String
    let second: String
}

extension SettingValue: CustomStringConvertible {
    /// As it would be written into the environment.
    var description: String {
        switch self {
        case .absent: ""
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .list(let words): words.joined(separator: ",")
        case .userIDs(let ids): ids.map(\.description).joined(separator: ",")
        case .pairs(let pairs): pairs.map { "\($0.first)=\($0.second)" }.joined(separator: ",")
        case .rateRules(let rules): rules.map(\.description).joined(separator: ",")
        case .listenAddress(let address): "\(address)"
        case .publicURL(let url): url.origin
        case .upstream(let address): "\(address)"
        }
    }
}
