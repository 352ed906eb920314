internal import CTLS
internal import Glibc
public import Reactor

/// Where a worker's TLS sessions find their ciphertext: what just arrived, and the buffer that leaves at the end of the turn.
///
/// One per worker. A session's BIO points here instead of at a socket, so the library does no system calls, and an idle
/// connection owns no buffer of ours.
@safe
public final class BIOWindow {
    /// Ciphertext that leaves with the connection's next send.
    public let output: Buffer
    // Set by `withInput` for the length of one call, nil outside it.
    private var input: UnsafeRawPointer?
    private var inputCount = 0

    /// - Parameter output: The worker's outgoing buffer.
    public init(output: Buffer) {
        self.output = output
    }

    /// How many bytes of the input were not taken.
    var remaining: Int { inputCount }

    /// Runs `body` while the library's reads are served from `ciphertext`.
    func withInput<Result>(_ ciphertext: Span<UInt8>, _ body: () -> Result) -> Result {
        // The pointer is taken back before the span's bytes can go.
        unsafe ciphertext.withUnsafeBytes { bytes in
            unsafe input = bytes.baseAddress
            inputCount = bytes.count
            defer {
                unsafe input = nil
                inputCount = 0
            }
            return body()
        }
    }

    /// The library wants `count` bytes at `destination`: what there is, or -1 for "later".
    fileprivate func read(into destination: UnsafeMutableRawPointer, count: Int) -> Int {
        guard inputCount > 0, let source = unsafe input else { return -1 }
        let length = min(count, inputCount)
        // Both have `length` bytes: the library's buffer by its contract, the input by its count.
        unsafe memcpy(destination, source, length)
        unsafe input = source + length
        inputCount -= length
        return length
    }

    /// The library gives `count` bytes at `source`: all are taken, or -1 when there is no room.
    fileprivate func write(from source: UnsafeRawPointer, count: Int) -> Int {
        guard count <= output.room else { return -1 }
        // The library's buffer has `count` bytes for the length of this call.
        return unsafe output.appendUnsafely(limit: count) { destination, _ in
            unsafe memcpy(destination, source, count)
            return count
        }
    }
}

/// The BIO kind whose reads and writes go to a ``BIOWindow``.
enum BIOWindowMethod {
    // Made once and never changed; the library reads it from several threads.
    nonisolated(unsafe) static let method: OpaquePointer = unsafe makeMethod()

    private static func makeMethod() -> OpaquePointer {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index(), "window") else {
            preconditionFailure("the TLS library has no memory for a BIO method")
        }
        // The callbacks get the BIO they were set on, whose data is the window that `TLSSession` keeps alive.
        unsafe BIO_meth_set_read(method) { bio, destination, count in
            unsafe ctls_bio_clear_retry(bio)
            guard let window = unsafe BIOWindowMethod.window(of: bio), let destination = unsafe destination else {
                return -1
            }
            let result = unsafe window.read(into: destination, count: Int(count))
            if result < 0 { unsafe ctls_bio_retry_read(bio) }
            return Int32(result)
        }
        unsafe BIO_meth_set_write(method) { bio, source, count in
            unsafe ctls_bio_clear_retry(bio)
            guard let window = unsafe BIOWindowMethod.window(of: bio), let source = unsafe source else { return -1 }
            let result = unsafe window.write(from: source, count: Int(count))
            if result < 0 { unsafe ctls_bio_retry_write(bio) }
            return Int32(result)
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        return unsafe method
    }

    private static func window(of bio: OpaquePointer?) -> BIOWindow? {
        // Set by `TLSSession.init` to a window that outlives the session, hence the BIO.
        guard let data = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<BIOWindow>.fromOpaque(data).takeUnretainedValue()
    }
}
