import GatePolicy
import HTTPTypes
import JSON
import Jobs
import NetworkAddress
import Settings

/// A change of a provider's configuration that was checked.
///
/// Every way to change it goes through here. An unknown key is refused by its name, so that a slip of the finger cannot
/// leave a protection off.
struct ProviderConfigurationChange: Sendable {
    /// What is set; null takes a key away.
    private let changes: [String: JSONValue]

    /// Checks a request's members.
    ///
    /// Null leaves a key alone.
    init(_ members: [String: JSONValue]) throws(Refusal) {
        var changes: [String: JSONValue] = [:]
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let check = Self.checks[key] else {
                throw Refusal(.badRequest, "Unknown configuration key: \(key)")
            }
            if !value.isNull { changes[key] = try check(key, value) }
        }
        self.changes = changes
    }

    func applied(to members: [String: JSONValue]) -> [String: JSONValue] {
        members.merging(changes) { _, new in new }.filter { !$0.value.isNull }
    }

    /// Whether the gateway has a part in it.
    var concernsGateway: Bool { changes.keys.contains { Self.gatewayKeys.contains($0) } }

    private static let gatewayKeys: Set = [
        "webhook_allowed_ips", "webhook_ip_allowlist_enabled", "webhook_rate_limit_max", "webhook_rate_limit_window",
        "s3_rate_limit_max", "s3_rate_limit_window", "s3_endpoint_enabled",
    ]

    private typealias Check = @Sendable (_ key: String, _ value: JSONValue) throws(Refusal) -> JSONValue

    private static let checks: [String: Check] = [
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
