import FoundationEssentials
import JSON
import ObjectStore
import Settings
import Storage

/// Where results are kept.
struct OutputFolder {
    let path: String

    /// Where results are to be: in the folder that is configured for a provider, else below the state.
    ///
    /// It is one for all providers, and looked up once, when the program starts: a store does not move while it is used.
    static func path(_ settings: BackendSettings, _ database: JobDatabase) async throws -> String {
        for provider in ProviderName.allCases {
            if let path = try await database.providerConfig(provider.rawValue)["s3_output_path"]?.text { return path }
        }
        return settings.paths.outputs
    }

    /// Makes the folder where it is missing, and opens it.
    ///
    /// - Returns: The objects in it.
    /// - Throws: `StartupError` when it cannot be used.
    func open() throws -> ObjectStore {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            return try ObjectStore(root: path)
        } catch ObjectStoreError.withoutAttributes {
            throw StartupError(
                "The filesystem of \(path) has no extended attributes. Put it on ext4, xfs or the like.")
        } catch {
            throw StartupError(
                "The folder \(path) cannot be used. Make it writable for this user, or set SIMPLETUNER_STATE_DIR.")
        }
    }
}
