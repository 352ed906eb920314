internal import NetworkAddress

extension GatePolicy {
    /// Checks every entry.
    ///
    /// - Throws: The first that has no meaning, in the order of the names.
    public func check() throws(PolicyError) {
        guard version >= 0 else { throw PolicyError("version", "\(version)", "A version is not negative.") }
        try Self.checkCount((providers ?? [:]).count, "providers", Bounds.providers)
        for (name, provider) in (providers ?? [:]).sorted(by: { $0.key < $1.key }) {
            try Self.check(providerName: name)
            try provider.check(at: "providers.\(name)")
        }
        try Self.checkCount(limits.count, "limits", Bounds.limits)
        for (pattern, limit) in limits.sorted(by: { $0.key < $1.key }) {
            guard (1...Bounds.patternBytes).contains(pattern.utf8.count) else {
                throw PolicyError("limits", pattern, "A pattern has 1 to \(Bounds.patternBytes) bytes.")
            }
            try limit.check(at: "limits[\"\(pattern)\"]")
        }
    }

    static func checkCount(_ count: Int, _ path: String, _ bound: Int) throws(PolicyError) {
        guard count <= bound else { throw PolicyError(path, "\(count)", "There may be \(bound) at most.") }
    }

    private static func check(providerName name: String) throws(PolicyError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isPlain, (1...Bounds.nameBytes).contains(name.utf8.count) else {
            throw PolicyError(
                "providers", name,
                "A provider's name has 1 to \(Bounds.nameBytes) of the letters a to z, digits, _ and -.")
        }
    }
}

extension ProviderPolicy {
    fileprivate func check(at path: String) throws(PolicyError) {
        _ = try allowlist(at: path)
        try webhookLimit?.check(at: "\(path).webhook_limit")
    }

    /// The networks as a set; empty is anywhere.
    func allowlist(at path: String) throws(PolicyError) -> PrefixSet {
        let texts = webhookAllowedIPs ?? []
        let path = "\(path).webhook_allowed_ips"
        try GatePolicy.checkCount(texts.count, path, GatePolicy.Bounds.networks)
        do throws(NetworkListError) {
            return try PrefixSet(texts)
        } catch {
            throw PolicyError("\(path)[\(error.index)]", error.entry, error.description)
        }
    }
}

extension LimitOverride {
    func check(at path: String) throws(PolicyError) {
        let (calls, seconds) = (GatePolicy.Bounds.calls, GatePolicy.Bounds.periodSeconds)
        guard calls.contains(self.calls) else {
            throw PolicyError(
                "\(path).calls", "\(self.calls)", "There are \(calls.lowerBound) to \(calls.upperBound) calls.")
        }
        guard seconds.contains(periodSeconds) else {
            throw PolicyError(
                "\(path).period_seconds", "\(periodSeconds)",
                "A period has \(seconds.lowerBound) to \(seconds.upperBound) seconds.")
        }
    }
}
