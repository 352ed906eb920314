internal import Glibc

/// What the kernel refused, by its error number.
public struct SystemError: Error, Equatable, CustomStringConvertible {
    public let code: Int32

    public init(code: Int32) {
        self.code = code
    }

    /// Splits a C wrapper's result: the value, or `-errno`.
    static func check(_ result: Int32) throws(SystemError) -> Int32 {
        guard result >= 0 else { throw SystemError(code: -result) }
        return result
    }

    public static let addressInUse = SystemError(code: EADDRINUSE)
    public static let addressNotAvailable = SystemError(code: EADDRNOTAVAIL)
    public static let accessDenied = SystemError(code: EACCES)
    /// The process has as many open files as it may have.
    public static let tooManyFiles = SystemError(code: EMFILE)
    /// The queue of a listening Unix socket is full; unlike TCP, the kernel does not try again by itself.
    public static let wouldBlock = SystemError(code: EAGAIN)

    public var description: String {
        // `strerror` returns a string of the C library, valid until the next call on this thread; it is copied here.
        unsafe String(cString: strerror(code))
    }
}
