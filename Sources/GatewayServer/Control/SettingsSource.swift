public import Settings

/// Where the settings are, to read them at the start and again at a reload.
public struct SettingsSource: Sendable {
    let variables: [String: String]
    let cores: Int

    /// - Parameters:
    ///   - variables: The process's environment; `TUNERGATE_CONFIG` names the file.
    ///   - cores: The number of processors.
    public init(variables: [String: String], cores: Int) {
        self.variables = variables
        self.cores = cores
    }

    /// Reads the settings.
    ///
    /// - Returns: The settings.
    /// - Throws: ``SettingsErrors`` with everything that cannot be used.
    public func read() throws(SettingsErrors) -> GatewaySettings {
        let environment = Environment(variables)
        return try GatewaySettings(
            file: SettingsFile(environment: environment), environment: environment, cores: cores)
    }
}
