internal import Glibc

/// A folder's entries, without Foundation.
public struct Folder: Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Makes the folder, unless it is there, for its owner and group.
    ///
    /// - Throws: What the kernel refuses, also when it is there and nothing can be made in it.
    public func make() throws(SystemError) {
        // Paths are copied to the kernel within the calls.
        guard unsafe mkdir(path, 0o770) == 0 || errno == EEXIST else { throw SystemError(code: errno) }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else { throw SystemError(code: errno) }
    }

    /// The names of all entries but `.` and `..`, in no order.
    public func names() throws(SystemError) -> [String] {
        // The stream is closed below; each entry is copied before the next is read.
        guard let stream = unsafe opendir(path) else { throw SystemError(code: errno) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // The kernel ends the name with a zero.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe start.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        unsafe closedir(stream)
        return names
    }

    /// The length of a regular file in the folder; nil for what is none.
    public func size(of name: String) -> Int? {
        var status = stat()
        // The path is read and the local written within the call.
        guard unsafe lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Removes a file; one that is not there is removed already.
    public func remove(_ name: String) throws(SystemError) {
        // The path is copied to the kernel within the call.
        guard unsafe unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw SystemError(code: errno) }
    }

    /// Puts a file in place of another, or of none: who reads sees the old one or the new one whole, whatever happens.
    ///
    /// Returns when the new one is on the disk.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - bytes: All that is to be in it.
    ///   - mode: Who may read it (chmod(2)); its owner and group unless something else is said.
    /// - Throws: What the kernel refuses; the old one is there still.
    public func replace(_ name: String, with bytes: Span<UInt8>, mode: UInt32 = 0o640) throws(SystemError) {
        let fresh = name + ".new"
        try remove(fresh)
        let file = try JournalFile(creating: "\(path)/\(fresh)", mode: mode)
        try file.append(bytes)
        try file.sync()
        try rename(fresh, to: name)
        try sync()
    }

    /// Gives a file another name, at once and whole for whoever looks; one that has that name already is gone.
    ///
    /// The new name is on the disk after ``sync()`` only.
    public func rename(_ name: String, to other: String) throws(SystemError) {
        // Paths are copied to the kernel within the call.
        guard unsafe Glibc.rename("\(path)/\(name)", "\(path)/\(other)") == 0 else { throw SystemError(code: errno) }
    }

    /// Reads a file whole.
    ///
    /// - Parameters:
    ///   - name: The file's name; a link in its place is not followed.
    ///   - limit: Of its length.
    /// - Returns: Its bytes; nil when it is longer.
    /// - Throws: What the kernel refuses, ``SystemError/noSuchFile`` among it.
    public func read(_ name: String, limit: Int) throws(SystemError) -> [UInt8]? {
        let file = try JournalFile(reading: "\(path)/\(name)")
        guard try file.size() <= limit else { return nil }
        return try file.read(at: 0, limit: limit)
    }

    /// Returns when the names of its entries are on the disk, which syncing a file does not say of its own name.
    public func sync() throws(SystemError) {
        // The path is copied to the kernel within the call.
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemError(code: errno) }
    }
}

extension SystemError {
    public static let fileExists = SystemError(code: EEXIST)
}
