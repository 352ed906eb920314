internal import CReactor
internal import Glibc

extension HostProcess {
    public static var id: Int32 { getpid() }
    public static var userID: UInt32 { getuid() }

    /// The process that started this one; 1 when that is gone.
    public static var parentID: Int32 { getppid() }

    /// Asks the process that started this one to start a successor.
    ///
    /// - Throws: When the parent is gone, so that there is nobody to ask.
    public static func askParentForSuccessor() throws(SystemError) {
        let parent = getppid()
        guard parent > 1 else { throw SystemError(code: ESRCH) }
        _ = try SystemError.check(creactor_signal(parent, SIGUSR2))
    }

    /// Where this process's executable was when it was asked for.
    ///
    /// Asked after the file was replaced, the kernel tells of the deleted one: so it is asked at the start.
    ///
    /// - Returns: The path; nil without a `/proc`.
    public static func executablePath() -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        // At most one byte less than there are is written within the call, so a zero follows.
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder and those above it that are missing.
    ///
    /// - Parameters:
    ///   - path: Absolute.
    ///   - mode: For the ones that are made.
    /// - Throws: Whatever the kernel refuses.
    public static func makeFolder(_ path: String, mode: UInt32) throws(SystemError) {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/" + component
            // The string is read within the call.
            guard unsafe mkdir(partial, mode) < 0 else { continue }
            // A folder that is there may refuse to say so and still let us in (EACCES, EROFS): the last one decides.
            let code = errno
            if code != EEXIST, partial == path { throw SystemError(code: code) }
        }
    }
}

extension SystemError {
    public static let noSuchFile = SystemError(code: ENOENT)
}
