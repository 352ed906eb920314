import Settings

/// Where the job database is.
///
/// The operations guide has it in `config/cloud`, SimpleTuner's own server makes it in `cloud`: who comes from there finds
/// their jobs without moving a file.
enum DatabaseLocation {
    /// - Parameters:
    ///   - paths: Of the installation.
    ///   - exists: Whether there is a file.
    /// - Returns: The guide's path, unless only SimpleTuner's file is there.
    static func path(_ paths: StatePaths, exists: (String) -> Bool) -> String {
        !exists(paths.database) && exists(paths.simpleTunersDatabase) ? paths.simpleTunersDatabase : paths.database
    }
}
