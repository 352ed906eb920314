import FoundationEssentials

/// The folder where the gateway leaves webhooks, one file each.
///
/// A file whose name begins with a dot is not finished. One that cannot be understood is set aside in `bad`, where a few
/// are kept for a person to look at.
struct InboxFolder: Sendable {
    static let setAsideMax = 100
    private static let fileBytesMax = 1024 * 1024 + 16 * 1024

    let path: String

    private var bad: String { path + "/bad" }

    /// The finished files, oldest first as their names say; none when there is no folder.
    func names(limit: Int) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return Array(all.filter { !$0.hasPrefix(".") && $0 != "bad" }.sorted().prefix(limit))
    }

    /// A file's bytes; nil for one that is too long to be a webhook, or is no file.
    ///
    /// - Parameter name: Of the file.
    /// - Returns: Its bytes.
    /// - Throws: When it is there and cannot be read.
    func read(_ name: String) throws -> [UInt8]? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        guard attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? UInt64 ?? (attributes[.size] as? Int).map(UInt64.init),
            size <= UInt64(Self.fileBytesMax)
        else { return nil }
        return try Array(Data(contentsOf: URL(filePath: path + "/" + name)))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    /// Puts a file out of the way; when there are many already, it is removed.
    func setAside(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: bad, withIntermediateDirectories: true)
        let count = try FileManager.default.contentsOfDirectory(atPath: bad).count
        guard count < Self.setAsideMax, !FileManager.default.fileExists(atPath: bad + "/" + name) else {
            return try remove(name)
        }
        try FileManager.default.moveItem(atPath: path + "/" + name, toPath: bad + "/" + name)
    }
}
