import FoundationEssentials
import GatePolicy
import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Providers
import Settings

/// What each key of a provider's configuration may be.
///
/// A check returns what is stored; null, for an empty value, takes the key away.
enum ConfigurationChecks {
    typealias Check = @Sendable (_ key: String, _ value: JSONValue) throws(Refusal) -> JSONValue

    static let all: [String: Check] = [
        "webhook_allowed_ips": allowedIPs,
        "webhook_ip_allowlist_enabled": bool,
        "webhook_rate_limit_max": calls,
        "webhook_rate_limit_window": seconds,
        "s3_rate_limit_max": calls,
        "s3_rate_limit_window": seconds,
        "webhook_require_signature": bool,
        "webhook_url": address,
        "api_base_url": address,
        "http_timeout": timeout,
        "s3_public_url": publicURL,
        "s3_endpoint_enabled": bool,
        "version_override": version,
        "hardware_profile": profile,
        "hardware_info": hardwareInfo,
        "ssl_verify": bool,
        "ssl_ca_bundle": caBundle,
        "proxy_url": proxy,
        "s3_output_path": folder,
        "s3_delivery": anything,
        "cost_limit_enabled": bool,
        "cost_limit_amount": amount,
        "cost_limit_period": word(
            ["daily", "weekly", "monthly", "yearly"], "Cost limit period must be 'daily', 'weekly', or 'monthly'"),
        "cost_limit_action": word(["warn", "block"], "Cost limit action must be 'warn' or 'block'"),
        "preferences": preferences,
        "org_id": label,
        "max_runtime_minutes": whole(1...525_600),
    ]

    private static let allowedIPs: Check = { key, value throws(Refusal) in
        guard let elements = value.elements else { throw Refusal(invalid: key, "Input should be a valid list") }
        guard elements.count <= GatePolicy.Bounds.networks else {
            throw Refusal(invalid: key, "List should have at most \(GatePolicy.Bounds.networks) items")
        }
        var networks: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.text else {
                throw Refusal(invalid: key, at: index, "Input should be a valid string")
            }
            networks.append(text)
        }
        do throws(NetworkListError) {
            _ = try PrefixSet(networks)
        } catch {
            throw Refusal(invalid: key, at: error.index, error.description)
        }
        return value
    }

    private static let calls = whole(1...10_000)
    private static let seconds = whole(1...3600)

    private static func whole(_ range: ClosedRange<Int>) -> Check {
        { key, value throws(Refusal) in
            guard let number = value.integer else { throw Refusal(invalid: key, "Input should be a valid integer") }
            guard range.contains(number) else {
                throw Refusal(
                    invalid: key, "Input should be between \(range.lowerBound) and \(range.upperBound)")
            }
            return value
        }
    }

    private static let bool: Check = { key, value throws(Refusal) in
        guard value.bool != nil else { throw Refusal(invalid: key, "Input should be a valid boolean") }
        return value
    }

    private static let address: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard !text.isEmpty else { return .null }
        guard WebAddress.isValid(text) else { throw Refusal(.badRequest, "\(key) must be an http or https URL.") }
        return value
    }

    private static let publicURL: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard !text.isEmpty else { return .null }
        guard let url = PublicURL(text) else {
            throw Refusal(
                .badRequest, "\(key) must be scheme, host and port only, as in https://tuner.example.com:8001.")
        }
        return .string(url.origin)
    }

    private static let timeout: Check = { key, value throws(Refusal) in
        guard let seconds = value.double else { throw Refusal(invalid: key, "Input should be a valid number") }
        guard seconds > 0 else { return .null }
        guard seconds <= 3600 else { throw Refusal(.badRequest, "\(key) must be at most 3600 seconds.") }
        return value
    }

    private static let version: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard !text.isEmpty else { return .null }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count <= 256, parts.count == 2, parts[0].split(separator: "/").count == 2, !parts[1].isEmpty,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw Refusal(.badRequest, "\(key) must have the form owner/model:version.") }
        return value
    }

    private static let profile: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard !text.isEmpty else { return .null }
        guard HardwareProfile(rawValue: text) != nil else { throw Refusal(unknownProfile: text) }
        return value
    }

    private static let hardwareInfo: Check = { key, value throws(Refusal) in
        guard let machines = value.members else { throw Refusal(invalid: key, "Input should be a valid dictionary") }
        for (name, machine) in machines {
            guard HardwareProfile(rawValue: name) != nil else { throw Refusal(unknownProfile: name) }
            guard let price = machine["cost_per_second"]?.double, price >= 0, price.isFinite else {
                throw Refusal(.badRequest, "\(key).\(name).cost_per_second must be a number that is not negative.")
            }
        }
        return value
    }

    private static let amount: Check = { key, value throws(Refusal) in
        guard let amount = value.double, amount.isFinite else {
            throw Refusal(invalid: key, "Input should be a valid number")
        }
        guard amount >= 0 else { throw Refusal(.badRequest, "Cost limit amount must be non-negative") }
        return value
    }

    private static func word(_ words: [String], _ problem: String) -> Check {
        { key, value throws(Refusal) in
            let text = try text(key, value)
            guard !text.isEmpty else { return .null }
            guard words.contains(text) else { throw Refusal(.badRequest, problem) }
            return value
        }
    }

    private static let proxy: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard !text.isEmpty else { return .null }
        guard text.utf8.count <= WebAddress.bytesMax, ProxyAddress(text) != nil else {
            throw Refusal(
                .badRequest,
                "\(key) must have the form http://user:password@host:3128. The proxy itself is spoken to in plain HTTP; "
                    + "what goes through it to an https address stays encrypted.")
        }
        return value
    }

    /// The file as it is found at the end of all links, so that a change of the current folder or of `HOME` means nothing.
    private static let caBundle: Check = { key, value throws(Refusal) in
        let path = try path(key, value)
        guard let path else { return .null }
        let end = URL(filePath: path).resolvingSymlinksInPath().path
        guard FileStamp(of: end) != nil else {
            throw Refusal(.badRequest, "\(key) names no file: \(path.prefix(256))")
        }
        guard CABundle.isUsable(end) else {
            throw Refusal(.badRequest, "\(key) must be a file of PEM certificates: \(path.prefix(256))")
        }
        return .string(end)
    }

    private static let folder: Check = { key, value throws(Refusal) in
        guard let path = try path(key, value) else { return .null }
        return .string(path)
    }

    /// An absolute path; nil for an empty one.
    private static func path(_ key: String, _ value: JSONValue) throws(Refusal) -> String? {
        var path = try text(key, value)
        guard !path.isEmpty else { return nil }
        if path == "~" || path.hasPrefix("~/") {
            path = FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        }
        guard path.hasPrefix("/"), path.utf8.count <= 4096, path.utf8.allSatisfy({ $0 >= 0x20 }) else {
            throw Refusal(.badRequest, "\(key) must be an absolute path, or begin with ~/.")
        }
        return path
    }

    private static let preferences: Check = { key, value throws(Refusal) in
        guard value.members != nil else { throw Refusal(invalid: key, "Input should be a valid dictionary") }
        guard value.jsonBytes.count <= 65536 else { throw Refusal(.badRequest, "\(key) is too long.") }
        return value
    }

    private static let label: Check = { key, value throws(Refusal) in
        let text = try text(key, value)
        guard text.utf8.count <= 256 else { throw Refusal(.badRequest, "\(key) is too long.") }
        return text.isEmpty ? .null : value
    }

    /// Sent by the web page, and used by nothing.
    private static let anything: Check = { key, value throws(Refusal) in
        guard value.jsonBytes.count <= 4096 else { throw Refusal(.badRequest, "\(key) is too long.") }
        return value
    }

    private static func text(_ key: String, _ value: JSONValue) throws(Refusal) -> String {
        guard let text = value.text else { throw Refusal(invalid: key, "Input should be a valid string") }
        return text
    }
}

extension Refusal {
    fileprivate init(invalid key: String, at index: Int? = nil, _ problem: String) {
        self.init(invalid: key, at: index, in: "body", problem)
    }

    fileprivate init(unknownProfile name: String) {
        self.init(.badRequest, ProviderConfiguration.unknownProfile(name))
    }
}

extension ProviderConfiguration {
    static func unknownProfile(_ name: String) -> String {
        let known = HardwareProfile.allCases.map(\.rawValue).joined(separator: ", ")
        return "Unknown hardware profile: \(name.prefix(64)). Use one of \(known)."
    }
}
