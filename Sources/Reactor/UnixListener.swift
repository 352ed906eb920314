internal import CReactor
internal import Glibc

/// A listening Unix socket that has a name in the file system, and gives the name back only while it is its own.
///
/// It is bound under a temporary name, given its mode, and renamed: so the name never shows a socket that is too open
/// or does not answer yet, and taking a name over from a predecessor leaves no instant without one.
public struct UnixListener: ~Copyable {
    /// What is at a name before one listens there.
    public enum Occupant: Equatable, Sendable {
        case nothing
        /// A socket that nobody listens at: its owner died.
        case stale
        /// Somebody answers, or is too busy to.
        case living
        /// No socket at all.
        case otherFile
    }

    public let descriptor: Int32
    public let path: String
    private let file: creactor_file

    private init(descriptor: Int32, path: String, file: creactor_file) {
        self.descriptor = descriptor
        self.path = path
        self.file = file
    }

    deinit {
        close(descriptor)
    }

    /// Looks at a name.
    public static func occupant(of path: String) -> Occupant {
        guard let file = fileAt(path) else { return .nothing }
        guard file.is_socket else { return .otherFile }
        do {
            _ = try Socket.connect(unixPath: path)
            return .living
        } catch {
            return error.code == ECONNREFUSED ? .stale : .living
        }
    }

    /// Listens, and takes the name from whatever socket has it.
    ///
    /// - Parameters:
    ///   - path: The name.
    ///   - mode: Who may connect, as the file's mode.
    /// - Returns: The listener.
    /// - Throws: Whatever the kernel refuses.
    public static func listen(at path: String, mode: UInt32) throws(SystemError) -> UnixListener {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        // Shorter than the name itself, which has to fit into a socket address.
        let temporary = "\(folder)/.\(getpid())"
        // Left by a process that had our id and died between binding and renaming. Strings are read within the calls.
        unsafe unlink(temporary)
        let descriptor = try SystemError.check(unsafe creactor_unix_listen(temporary, mode, backlog))
        guard let file = fileAt(temporary), unsafe rename(temporary, path) == 0 else {
            let code = errno
            close(descriptor)
            unsafe unlink(temporary)
            throw SystemError(code: code)
        }
        return UnixListener(descriptor: descriptor, path: path, file: file)
    }

    private static let backlog: Int32 = 64

    /// Whether the name still leads to this socket, and not to a successor's.
    public var ownsName: Bool {
        guard let now = Self.fileAt(path) else { return false }
        return now.device == file.device && now.inode == file.inode
    }

    /// Removes the name, unless it is somebody else's by now.
    public borrowing func removeName() {
        // The string is read within the call.
        if ownsName { unsafe unlink(path) }
    }

    /// Takes the next waiting connection.
    ///
    /// - Returns: The connection; nil when none waits.
    /// - Throws: When the process has no room for another connection.
    public borrowing func accept() throws(SystemError) -> Socket? {
        let result = creactor_unix_accept(descriptor)
        if [EAGAIN, EINTR, ECONNABORTED].contains(-result) { return nil }
        return Socket(descriptor: try SystemError.check(result))
    }

    private static func fileAt(_ path: String) -> creactor_file? {
        var file = creactor_file()
        // The string is read and the local written within the call.
        return unsafe creactor_file_at(path, &file) == 0 ? file : nil
    }
}
