import NetworkAddress

/// The targets that no proxy is used for: `NO_PROXY`.
///
/// Programs differ in how they read it; this is what curl, Go and Python agree on, and networks besides. An entry is a
/// name, which stands for itself and all names below it, with or without a dot in front; an address; a network such as
/// `10.0.0.0/8`; any of these with a port behind it; or `*` for everything.
public struct ProxyExceptions: Hashable, Sendable {
    private static let entriesMax = 1000

    private let names: [Entry]
    private let networks: [CIDRBlock]
    private let isEverything: Bool

    private struct Entry: Hashable {
        let name: String
        /// Nil for every port.
        let port: Int?
    }

    /// Reads the variable: entries with commas or spaces between them; what is none is passed over.
    public init(_ text: String = "") {
        var (names, networks): ([Entry], [CIDRBlock]) = ([], [])
        let words = text.split { $0 == "," || $0 == " " || $0 == "\t" }.prefix(Self.entriesMax)
        for word in words {
            if word.contains("/"), let network = CIDRBlock(String(word)) {
                networks.append(network)
            } else if let entry = Self.entry(word) {
                names.append(entry)
            }
        }
        self.names = names
        self.networks = networks
        isEverything = words.contains("*")
    }

    /// Whether a target is reached without a proxy.
    public func contains(_ target: WebOrigin) -> Bool {
        if isEverything { return true }
        if let address = IPAddress(target.host), networks.contains(where: { $0.contains(address) }) { return true }
        return names.contains { entry in
            guard entry.port == nil || entry.port == target.port else { return false }
            return target.host == entry.name || target.host.hasSuffix("." + entry.name)
        }
    }

    private static func entry(_ word: Substring) -> Entry? {
        let bare = word.hasPrefix("*.") ? word.dropFirst(2) : word.drop { $0 == "." }
        // An IPv6 address may stand without brackets, and then has no port.
        if IPAddress(bare) != nil { return Entry(name: bare.lowercased(), port: nil) }
        guard let origin = WebOrigin("http://" + bare) else { return nil }
        let hasPort = bare.last?.isNumber == true && bare.lastIndex(of: ":") != nil
        return Entry(name: origin.host, port: hasPort ? origin.port : nil)
    }
}
