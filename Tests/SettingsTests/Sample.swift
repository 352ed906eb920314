import Settings
import Testing

/// Settings of a machine with four processors, from a file and an environment that a test writes.
enum Sample {
    static let path = "/etc/tunergate.yaml"

    static func file(_ text: String?) -> SettingsFile? {
        text.map { SettingsFile(path: path, bytes: Array($0.utf8)) }
    }

    static func environment(_ variables: [String: String]) -> Environment {
        Environment(["HOME": "/home/u"].merging(variables) { _, own in own })
    }

    static func gateway(file text: String? = nil, environment variables: [String: String] = [:]) throws
        -> GatewaySettings
    {
        try GatewaySettings(file: file(text), environment: environment(variables), cores: 4)
    }

    static func report(file text: String? = nil, environment variables: [String: String] = [:]) throws -> SettingsReport
    {
        try SettingsReport(file: file(text), environment: environment(variables), cores: 4)
    }

    /// Everything that is wrong, as it is told; empty when nothing is.
    static func problems(file text: String? = nil, environment variables: [String: String] = [:]) -> [String] {
        do throws(SettingsErrors) {
            _ = try SettingsReport(file: file(text), environment: environment(variables), cores: 4)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    /// One setting as it was found.
    ///
    /// Whatever else it needs to be good is set beside it: a key for a certificate.
    static func find(
        _ key: String, file text: String? = nil, environment variables: [String: String] = [:]
    ) throws -> ResolvedSetting {
        var variables = variables
        let halves = [("tls.key", "SIMPLETUNER_SSL_CERT"), ("tls.certificate", "SIMPLETUNER_SSL_KEY")]
        for (half, other) in halves where half == key && (text != nil || variables.values.contains { !$0.isEmpty }) {
            variables[other] = "/other.pem"
        }
        let found = try report(file: text, environment: variables)
        return try #require(found.settings.first { $0.key == key })
    }
}
