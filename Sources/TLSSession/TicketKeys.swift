internal import CTLS
internal import Reactor
internal import Synchronization

/// The ticket keys of a process, shared by all its contexts, so that sessions outlive a change of certificates.
///
/// May be used from any thread; they rotate when they are used, so no timer is needed.
public final class TicketKeys: Sendable {
    private let ring = Mutex(TicketKeyRing())

    public init() {}

    func current() -> TicketKeyRing.Key {
        ring.withLock { $0.current(now: MonotonicClock.milliseconds(), random: randomBytes) }
    }

    func find(_ name: Span<UInt8>) -> (key: TicketKeyRing.Key, isOld: Bool)? {
        ring.withLock { $0.find(name, now: MonotonicClock.milliseconds()) }
    }
}

/// Bytes that nobody can predict.
func randomBytes(_ count: Int) -> [UInt8] {
    // The library writes at most `capacity` bytes, and aborts when the machine has no randomness.
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        guard unsafe RAND_bytes(buffer.baseAddress, numericCast(count)) == 1 else {
            preconditionFailure("the TLS library has no random bytes")
        }
        filled = count
    }
}

/// Seals or opens a session ticket with the keys of the session's context (see ``TicketKeys``).
enum TicketSealing {
    static func install(on context: OpaquePointer) {
        unsafe ctls_context_set_ticket(context) { session, name, iv, cipher, mac, seals in
            guard let session = unsafe session, let name = unsafe name, let iv = unsafe iv,
                let owner = unsafe TLSContext.owner(of: session)
            else { return -1 }
            // The library gives 16 bytes for the name and at least 16 for the IV, for the length of this call.
            let label = unsafe UnsafeMutableBufferPointer(start: name, count: TicketKeyRing.Key.nameBytes)
            let found: (key: TicketKeyRing.Key, isOld: Bool)?
            if seals != 0 {
                found = (owner.tickets.current(), false)
                if let key = found?.key { _ = unsafe label.update(fromContentsOf: key.material.prefix(label.count)) }
                guard unsafe RAND_bytes(iv, numericCast(ctls_ticket_iv_bytes)) == 1 else { return -1 }
            } else {
                found = unsafe owner.tickets.find(Span(_unsafeElements: label))
            }
            guard let found else { return 0 }
            // The material is a name and two secrets, as long as its array lives.
            let isReady = unsafe found.key.material.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return false }
                let secrets = unsafe start + TicketKeyRing.Key.nameBytes
                return unsafe ctls_ticket_begin(
                    cipher, mac, secrets, secrets + TicketKeyRing.Key.secretBytes, iv, seals != 0)
            }
            // In TLS 1.3 a ticket is used once, so every client gets a new one (RFC 8446, appendix C.4).
            let isRenewed = unsafe found.isOld || SSL_version(session) == TLS1_3_VERSION
            return isReady ? (isRenewed ? 2 : 1) : -1
        }
    }
}
