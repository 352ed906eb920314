extension Schema {
    /// Every setting with its names, its meaning, its values, its default, and when a change of it takes effect.
    public static var manual: String {
        settings.map(\.manual).joined(separator: "\n")
    }
}

extension Setting {
    var manual: String {
        """
        \(key)
            \(meaning)
            Values:   \(kind.values)
            Default:  \(fallback.description)
            Variable: \(variable)\(kind.isSecret ? " (a secret: never in the file)" : "")
            Change:   \(change)

        """
    }

    private var change: String {
        switch (effect, audience) {
        case (_, .backend): "restart of the backend"
        case (.reload, _): "reload"
        case (.restart, .gateway): "restart or upgrade of the gateway"
        case (.restart, .both): "restart of both programs"
        }
    }
}

extension SettingKind {
    /// What it may be, in a few words.
    var values: String {
        switch self {
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .bytes(let range): "\(range.lowerBound) to \(range.upperBound), KiB, MiB or GiB may follow"
        case .choice(let words): words.joined(separator: ", ")
        case .folder: "an absolute path"
        case .file: "a path"
        case .text, .secret: "a line of text"
        case .listenAddress: "an IP address and a port, 127.0.0.1:8080 or [::1]:8080"
        case .publicURL: "scheme, host and port, https://tuner.example.com:8001"
        case .upstream: "unix:/path, or http:// with an IP address and a port"
        case .userIDs: "user ids: a list, or with commas between them"
        case .origins: "origins such as http://localhost:3000: a list, or with commas between them; or none"
        case .networks: "networks such as 10.0.0.0/8: a list, or with commas between them"
        case .trustedNetworks: "networks such as 10.0.0.0/8: a list, or with commas between them; or none"
        case .rateRules:
            "a list of items with pattern, calls, period, methods and reason; in the variable "
                + "PATTERN CALLS/PERIOD METHOD..., with commas between"
        case .pairs(let first, let second):
            "a list of items with the keys \(first) and \(second); in the variable \(first)=\(second), with commas between"
        }
    }
}
