internal import Glibc

/// A file that lines are appended to, whole batches at a time, by any number of writers (open(2), O_APPEND).
public struct AppendedFile: ~Copyable {
    private let descriptor: Int32

    /// Opens the file, or makes it, readable for its owner and group.
    ///
    /// - Parameter path: Where; a link in its place is not followed.
    /// - Throws: What the kernel refuses.
    public init(path: String) throws(SystemError) {
        // The path is copied to the kernel within the call.
        let opened = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard opened >= 0 else { throw SystemError(code: errno) }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Writes once.
    ///
    /// - Returns: Whether all of it was taken; a disk may be full.
    public borrowing func append(_ bytes: Span<UInt8>) -> Bool {
        // The span's bytes are read within the call.
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe write(descriptor, source.baseAddress, source.count) == source.count
        }
    }
}
