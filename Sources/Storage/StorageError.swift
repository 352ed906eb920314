/// Why the job database cannot be used: a sentence for the person who starts the program.
public struct StorageError: Error, Equatable, CustomStringConvertible {
    public enum Reason: Equatable, Sendable {
        /// The folder or the file cannot be made or written.
        case inaccessible
        /// Another process has it open.
        case inUse
        /// A newer program wrote it.
        case newerSchema
        /// It is not ours, or it is damaged.
        case unreadable
        /// SQLite does not keep a promise that was asked of it.
        case unsafeSettings
    }

    public let reason: Reason
    public let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
