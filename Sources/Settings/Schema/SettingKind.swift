internal import NetworkAddress

/// What values a setting takes, and how one is read.
enum SettingKind: Sendable {
    case integer(ClosedRange<Int>)
    /// A number of bytes, perhaps with KiB, MiB or GiB behind it.
    case bytes(ClosedRange<Int>)
    case choice([String])
    /// An absolute path of a folder.
    case folder
    case file
    case text
    /// A text that is never shown and that the settings file may not hold.
    case secret
    case listenAddress
    case publicURL
    case upstream
    case userIDs
    /// Origins of web pages: scheme, host and port.
    case origins
    /// IP networks in CIDR form.
    case networks
    /// The same, or the word `none`.
    case trustedNetworks
    /// Rules of the rate limiter.
    case rateRules
    /// A list of two things each, by the names that the file gives them.
    case pairs(String, String)

    var isSecret: Bool {
        if case .secret = self { true } else { false }
    }

    /// What to write, as a whole sentence.
    var remedy: String {
        switch self {
        case .integer(let range): "Set it to a whole number from \(range.lowerBound) to \(range.upperBound)."
        case .bytes(let range):
            "Set it to a number of bytes from \(range.lowerBound) to \(range.upperBound), such as 65536 or 64KiB."
        case .choice(let words): "Use \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")."
        case .folder: "Write an absolute path: begin it with /."
        case .file: "Write the path of a file."
        case .text, .secret: "Write one line of text."
        case .listenAddress: "Write an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080."
        case .publicURL: "Write scheme, host and port only, as in https://tuner.example.com:8001."
        case .upstream: "Write it as in http://127.0.0.1:8001 or unix:/run/tunergate/backend.sock."
        case .userIDs: "List user ids, as in 991,992."
        case .origins: "List origins of pages, as in https://studio.example.com,http://localhost:3000, or write none."
        case .networks: "List networks, as in 10.0.0.0/8,2001:db8::/32."
        case .trustedNetworks: "List networks, as in 10.0.0.0/8,2001:db8::/32, or write none."
        case .rateRules: "Write each as in ^/api/cloud/expensive$ 5/300 POST, with commas between them."
        case .pairs(let first, let second): "List pairs, as in \(first)=\(second),\(first)=\(second)."
        }
    }

    /// Whether the file may give it as a list.
    var isList: Bool {
        switch self {
        case .userIDs, .origins, .networks, .trustedNetworks, .rateRules, .pairs: true
        default: false
        }
    }

    /// Reads one text: a value of the environment, of the file, or the default.
    ///
    /// - Returns: Nil when it is none of the setting's values.
    func value(of text: String) -> SettingValue? {
        // A path with a control character is an accident, and so is anything else with one.
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        switch self {
        case .integer(let range): return Self.integer(text, in: range)
        case .bytes(let range): return Self.bytes(text, in: range)
        case .choice(let words):
            return words.first { $0.lowercased() == text.lowercased() }.map(SettingValue.text)
        case .folder:
            guard text.hasPrefix("/") else { return nil }
            return .text(text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text)
        case .file, .text, .secret: return .text(text)
        case .listenAddress: return ListenAddress(text).map(SettingValue.listenAddress)
        case .publicURL: return PublicURL(text).map(SettingValue.publicURL)
        case .upstream: return UpstreamAddress(text).map(SettingValue.upstream)
        case .userIDs, .origins, .networks, .trustedNetworks, .rateRules, .pairs:
            return value(of: Self.words(text))
        }
    }

    /// Reads the words of a list.
    func value(of words: [String]) -> SettingValue? {
        switch self {
        case .userIDs:
            let ids = words.compactMap { UInt32($0) }
            return ids.count == words.count ? .userIDs(ids) : nil
        case .origins:
            if words == ["none"] { return .list([]) }
            let origins = words.compactMap { PublicURL($0)?.origin.lowercased() }
            return origins.count == words.count ? .list(origins) : nil
        case .networks: return words.allSatisfy { CIDRBlock($0) != nil } ? .list(words) : nil
        case .trustedNetworks: return words == ["none"] ? .list(words) : SettingKind.networks.value(of: words)
        case .rateRules:
            let rules = words.compactMap { RateLimitSettings.Rule($0) }
            return rules.count == words.count ? .rateRules(rules) : nil
        case .pairs:
            let pairs = words.compactMap(Self.pair)
            return pairs.count == words.count ? .pairs(pairs) : nil
        default: return nil
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimming(" ") }
    }

    private static func pair(_ word: String) -> SettingPair? {
        guard let sign = word.firstIndex(of: "="), sign != word.startIndex else { return nil }
        let second = word[word.index(after: sign)...]
        return second.isEmpty ? nil : SettingPair(first: String(word[..<sign]), second: String(second))
    }

    /// Plain decimal digits: `010` is ten to some readers of YAML and eight to others.
    private static func integer(_ text: some StringProtocol, in range: ClosedRange<Int>) -> SettingValue? {
        let isPlain = text == "0" || (text.first != "0" && text.utf8.allSatisfy { (0x30...0x39).contains($0) })
        guard isPlain, let number = Int(text), range.contains(number) else { return nil }
        return .integer(number)
    }

    private static func bytes(_ text: String, in range: ClosedRange<Int>) -> SettingValue? {
        for (unit, size) in [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)] where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count).trimming(" ")
            guard case .integer(let number) = integer(digits, in: 0...(Int.max / size)) else { return nil }
            return range.contains(number * size) ? .integer(number * size) : nil
        }
        return integer(text, in: range)
    }
}

extension StringProtocol {
    /// The text without these characters at its ends.
    fileprivate func trimming(_ character: Character) -> String {
        var rest = self[...]
        while rest.first == character { rest = rest.dropFirst() }
        while rest.last == character { rest = rest.dropLast() }
        return String(rest)
    }
}
