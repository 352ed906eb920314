/// Why the job database cannot be used: a sentence for the person who starts the program, or for whoever asked for a write.
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
        /// There is no room for a write; nothing of it was stored. The sentence names no path.
        case full
        /// The disk took no write. The sentence names no path.
        case notWritten
    }

    public let reason: Reason
    public let description: String

    init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
