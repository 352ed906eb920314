internal import Synchronization
internal import SystemPackage

/// Where log lines go: a file that is appended to, or standard error.
///
/// One write a line, so lines never mix.
final class LogSink: Sendable {
    private let descriptor: Mutex<FileDescriptor>

    /// - Parameter path: The file; nil is standard error.
    /// - Throws: Why the file cannot be opened.
    init(path: String?) throws(Errno) {
        guard let path else {
            descriptor = Mutex(.standardError)
            return
        }
        do {
            descriptor = Mutex(
                try FileDescriptor.open(
                    FilePath(path), .writeOnly, options: [.append, .create, .closeOnExec],
                    permissions: [.ownerReadWrite, .groupRead]
                )
            )
        } catch let error as Errno {
            throw error
        } catch {
            preconditionFailure("opening a file failed with something else than an error number: \(error)")
        }
    }

    func write(_ line: String) {
        descriptor.withLock { descriptor in
            // A full disk must not stop the service: the line is lost.
            _ = try? descriptor.writeAll((line + "\n").utf8)
        }
    }
}
