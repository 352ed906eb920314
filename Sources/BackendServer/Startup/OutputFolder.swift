import FoundationEssentials
import ObjectStore

/// Where results are kept.
struct OutputFolder {
    let path: String

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
