internal import Glibc

/// A file that is only ever appended to by one process, and may be read and removed by another.
///
/// The lock says who has it: the kernel gives it up when its holder ends, however it ends (flock(2)).
public struct JournalFile: ~Copyable {
    private let descriptor: Int32

    /// Makes a file for appending, by default readable for its owner and group, whatever the process's mask.
    ///
    /// - Parameters:
    ///   - path: Where; nothing may be there yet.
    ///   - mode: Who may read it (chmod(2)).
    /// - Throws: What the kernel refuses, ``SystemError/fileExists`` among it.
    public init(creating path: String, mode: UInt32 = 0o640) throws(SystemError) {
        // The path is copied to the kernel within the call.
        descriptor = try Self.opened(unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, mode))
        fchmod(descriptor, mode)
    }

    /// Opens a file for reading.
    ///
    /// - Parameter path: Where; a link in its place is not followed.
    /// - Throws: What the kernel refuses, ``SystemError/noSuchFile`` among it.
    public init(reading path: String) throws(SystemError) {
        // The path is copied to the kernel within the call.
        descriptor = try Self.opened(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
    }

    private static func opened(_ descriptor: Int32) throws(SystemError) -> Int32 {
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        return descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock, unless somebody has it.
    ///
    /// - Returns: Whether it is ours, until this value ends.
    public borrowing func tryLock() -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    /// The length in bytes.
    public borrowing func size() throws(SystemError) -> Int { Int(try status().st_size) }

    /// Whether a name still leads to the file.
    public borrowing func isNamed(_ path: String) throws(SystemError) -> Bool {
        var named = stat()
        // The path is read and the local written within the call.
        guard unsafe lstat(path, &named) == 0 else { return false }
        let own = try status()
        return named.st_ino == own.st_ino && named.st_dev == own.st_dev
    }

    private borrowing func status() throws(SystemError) -> stat {
        var status = stat()
        // The local is written within the call.
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError(code: errno) }
        return status
    }

    /// Appends all bytes.
    ///
    /// - Throws: What the kernel refuses; a part may have been written.
    public borrowing func append(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            // The span's bytes are read within the call.
            let count = unsafe bytes.withUnsafeBufferPointer { source in
                unsafe write(descriptor, source.baseAddress.map { unsafe $0 + written }, source.count - written)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(code: errno) }
            } else {
                written += count
            }
        }
    }

    /// Cuts the file to a length.
    public borrowing func truncate(to size: Int) throws(SystemError) {
        guard ftruncate(descriptor, size) == 0 else { throw SystemError(code: errno) }
    }

    /// Returns when what was appended is on the disk (fdatasync(2)).
    public borrowing func sync() throws(SystemError) {
        guard fdatasync(descriptor) == 0 else { throw SystemError(code: errno) }
    }

    /// Reads a part.
    ///
    /// - Parameters:
    ///   - offset: Where it begins.
    ///   - limit: How many bytes at most.
    /// - Returns: The bytes; fewer than asked for only at the end of the file.
    /// - Throws: What the kernel refuses.
    public borrowing func read(at offset: Int, limit: Int) throws(SystemError) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: max(0, min(limit, try size() - offset)))
        var filled = 0
        while filled < block.count {
            // The kernel writes at most what is left of the block.
            let count = unsafe block.withUnsafeMutableBytes { target in
                unsafe pread(
                    descriptor, target.baseAddress.map { unsafe $0 + filled }, target.count - filled, offset + filled)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(code: errno) }
            } else {
                guard count > 0 else { break }
                filled += count
            }
        }
        block.removeLast(block.count - filled)
        return block
    }
}
