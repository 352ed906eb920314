internal import CReactor
internal import Glibc
public import NetworkAddress

/// A connected, non-blocking stream socket.
///
/// Closed when its owner lets it go.
public struct Socket: ~Copyable {
    public let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// What one system call moved.
    public enum Transfer: Equatable, Sendable {
        case bytes(Int)
        /// Nothing now; the poller says when.
        case wouldBlock
        /// The peer will send nothing more.
        case ended
        /// The connection is gone, for the reason with this error number.
        case failed(SystemError)
    }

    /// Connects to a Unix socket, which the kernel answers at once.
    ///
    /// - Parameter path: The socket's path.
    /// - Returns: The socket, connected.
    /// - Throws: `.wouldBlock` when the listener's backlog is full, and whatever else the kernel refuses.
    public static func connect(unixPath path: String) throws(SystemError) -> Socket {
        // The string is copied to the kernel within the call.
        Socket(descriptor: try SystemError.check(unsafe creactor_connect_unix(path)))
    }

    /// Begins to connect to a TCP address; the poller says when it is writable, or that it hung up.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - port: The port.
    /// - Returns: The socket, not connected yet as a rule.
    /// - Throws: Whatever the kernel refuses at once.
    public static func connect(address: IPAddress, port: UInt16) throws(SystemError) -> Socket {
        let socket = Socket(descriptor: try SystemError.check(creactor_connect_tcp(Listener.endpoint(address, port))))
        creactor_set_no_delay(socket.descriptor)
        return socket
    }

    /// Reads once, to the end of the buffer.
    public borrowing func receive(into buffer: Buffer, limit: Int = .max) -> Transfer {
        let descriptor = self.descriptor
        // `recv` writes at most `length` bytes at `start` and keeps neither.
        let result = unsafe buffer.appendUnsafely(limit: limit) { start, length in
            unsafe recv(descriptor, start, length, 0)
        }
        if result == 0 { return .ended }
        return result > 0 ? .bytes(result) : Self.failure()
    }

    /// Writes once.
    public borrowing func send(_ bytes: Span<UInt8>) -> Transfer {
        let descriptor = self.descriptor
        // `send` reads the span's bytes within the call. A peer that is gone is an error number, not a signal.
        let result = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe Glibc.send(descriptor, source.baseAddress, source.count, Int32(MSG_NOSIGNAL))
        }
        return result >= 0 ? .bytes(result) : Self.failure()
    }

    /// Tells the peer that nothing more will come, and keeps reading possible.
    public borrowing func shutDownSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes closing tell the peer that something went wrong (a reset), instead of that all was said.
    public borrowing func resetOnClose() {
        creactor_reset_on_close(descriptor)
    }

    private static func failure() -> Transfer {
        let code = errno
        return code == EAGAIN || code == EWOULDBLOCK || code == EINTR ? .wouldBlock : .failed(SystemError(code: code))
    }
}
