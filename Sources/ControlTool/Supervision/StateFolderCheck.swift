internal import FoundationEssentials
internal import Settings

/// Makes sure that the folders which both programs write can be written.
///
/// Each program would find that out for itself; asked once and before anything was started, there is one answer
/// instead of two.
enum StateFolderCheck {
    static func check(_ paths: StatePaths) throws(UnwritableFolder) {
        try check(path: paths.root, named: "SIMPLETUNER_STATE_DIR")
        try check(path: paths.runtime, named: "TUNERGATE_RUNTIME_DIR")
    }

    static func check(path: String, named setting: String) throws(UnwritableFolder) {
        // A folder that cannot be made is not there to be written.
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw UnwritableFolder(setting: setting, path: path)
        }
    }
}

/// A folder that an installation needs and may not use.
struct UnwritableFolder: Error, Equatable, CustomStringConvertible {
    let setting: String
    let path: String

    var description: String {
        "\(path) cannot be made or written by this user. Set \(setting) to a folder that can."
    }
}
