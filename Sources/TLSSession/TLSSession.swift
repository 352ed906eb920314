internal import CTLS
internal import Glibc
public import Reactor

/// One TLS connection's server side, without a socket: ciphertext in, plaintext out, and the reverse.
///
/// Touched by one thread only. Between calls it holds no buffer beyond what the library needs for a record that is not
/// complete yet.
@safe
public final class TLSSession {
    private let window: BIOWindow
    let context: TLSContext
    // Owned: made in init, freed in deinit.
    let ssl: OpaquePointer

    /// - Parameters:
    ///   - context: The certificates and policy.
    ///   - window: The worker's window; all sessions of a worker share it.
    public init(context: TLSContext, window: BIOWindow) {
        guard let ssl = unsafe ctls_session_new(context.pointer),
            let bio = unsafe BIO_new(BIOWindowMethod.method)
        else { preconditionFailure("the TLS library has no memory for a session") }
        self.window = window
        self.context = context
        unsafe self.ssl = ssl
        // The window is kept alive by `self.window`, the context by `self.context`, and the BIO does not outlive `ssl`, which deinit frees.
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(window).toOpaque())
        unsafe BIO_set_init(bio, 1)
        // One BIO for both directions: the session takes the one reference that we hold.
        unsafe SSL_set_bio(ssl, bio, bio)
        unsafe SSL_set_accept_state(ssl)
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// What a batch of ciphertext came to.
    public enum Received: Equatable, Sendable {
        /// All was taken; the plaintext, if any, was appended.
        case open
        /// The client said that it will send nothing more (close_notify).
        case ended
        /// The client broke the protocol; an alert waits in the window's output.
        case failed
    }

    /// Takes ciphertext as it came, appends its plaintext, and leaves handshake replies in the window's output.
    ///
    /// - Parameters:
    ///   - ciphertext: Bytes in order, cut anywhere.
    ///   - plaintext: Has room for as many bytes as there is ciphertext.
    /// - Returns: Whether the connection goes on.
    public func receive(_ ciphertext: Span<UInt8>, into plaintext: Buffer) -> Received {
        window.withInput(ciphertext) {
            while true {
                let ssl = unsafe self.ssl
                // Reads at most `length` bytes into the buffer's free part. Drives the handshake too.
                let count = unsafe plaintext.appendUnsafely(limit: .max) { start, length in
                    unsafe Int(SSL_read(ssl, start, Int32(clamping: length)))
                }
                guard count <= 0 else { continue }
                switch unsafe SSL_get_error(ssl, Int32(count)) {
                case SSL_ERROR_WANT_READ: return .open
                case SSL_ERROR_ZERO_RETURN: return .ended
                default:
                    // The library's queue of errors belongs to the thread: emptied, or the next session would read it.
                    ERR_clear_error()
                    return .failed
                }
            }
        }
    }

    /// How much room ``send(_:)`` needs in the window's output for this many bytes: a header and a tag each 16 KiB.
    public static func sealedCount(_ count: Int) -> Int {
        count + (count / 16384 + 1) * 64
    }

    /// Seals plaintext into the window's output.
    ///
    /// - Parameter plaintext: Not more than the output has room for, by ``sealedCount(_:)``.
    /// - Returns: Whether the session still stands.
    public func send(_ plaintext: Span<UInt8>) -> Bool {
        guard !plaintext.isEmpty else { return true }
        precondition(Self.sealedCount(plaintext.count) <= window.output.room, "sealed bytes would overflow the window")
        // The span's bytes are read within the call.
        return unsafe plaintext.withUnsafeBytes { bytes in
            let written = unsafe SSL_write(ssl, bytes.baseAddress, Int32(bytes.count))
            if written != Int32(bytes.count) { ERR_clear_error() }
            return written == Int32(bytes.count)
        }
    }

    /// Leaves close_notify in the window's output.
    public func close() {
        guard unsafe SSL_in_init(ssl) == 0 else { return }
        _ = unsafe SSL_shutdown(ssl)
        ERR_clear_error()
    }
}
