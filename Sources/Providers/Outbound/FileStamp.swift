import FoundationEssentials

/// What tells one state of a file from another without reading it.
public struct FileStamp: Hashable, Sendable {
    private let size: Int
    private let modified: Date
    private let number: Int

    /// Nil when there is no regular file that can be looked at.
    public init?(of path: String) {
        // Links are followed: what counts is the file at their end.
        let end = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: end),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date,
            let number = attributes[.systemFileNumber] as? Int
        else { return nil }
        (self.size, self.modified, self.number) = (size, modified, number)
    }
}
