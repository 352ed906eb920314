import FoundationEssentials
import Glibc
import SystemPackage

/// The file below a database: its folder, its mode, and the lock that keeps a second process out.
///
/// Two processes that write and checkpoint one write-ahead log can damage it on SQLite before 3.51.3 (the WAL-reset
/// race), so the second one is refused before it opens anything.
final class DatabaseFile: Sendable {
    /// Holds the lock for as long as it is open; the kernel gives it up when the process ends, however it ends.
    private let lock: FileDescriptor

    init(path: String) throws(StorageError) {
        try Self.makeFolder(of: path)
        lock = try Self.lock(path)
        do throws(StorageError) {
            try Self.makePrivate(path)
        } catch {
            try? lock.close()
            throw error
        }
    }

    deinit { try? lock.close() }

    private static func makeFolder(of path: String) throws(StorageError) {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(
                .inaccessible,
                "The folder \(folder) cannot be made. Make it writable for this user, or set SIMPLETUNER_STATE_DIR.")
        }
    }

    private static func lock(_ path: String) throws(StorageError) -> FileDescriptor {
        let descriptor = try open(path + ".lock")
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            try? descriptor.close()
            throw StorageError(
                .inUse,
                "\(path) is in use by another process. Stop it, or give this one its own SIMPLETUNER_STATE_DIR.")
        }
        return descriptor
    }

    /// Makes the file before SQLite does, so that it is never readable for others; the log files inherit its mode.
    private static func makePrivate(_ path: String) throws(StorageError) {
        let descriptor = try open(path)
        fchmod(descriptor.rawValue, 0o600)
        try? descriptor.close()
    }

    private static func open(_ path: String) throws(StorageError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                FilePath(path), .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
        } catch {
            throw StorageError(
                .inaccessible,
                "\(path) cannot be written. Make it writable for this user, or set SIMPLETUNER_STATE_DIR.")
        }
    }
}
