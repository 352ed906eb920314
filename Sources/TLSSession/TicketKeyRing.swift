/// The keys that session tickets are sealed with: the newest seals, older ones still open for a session's life.
///
/// ```
/// made ──▶ seals 12 h ──▶ opens 12 h more ──▶ forgotten
/// ```
/// Forgetting them is what keeps recorded traffic of resumed TLS 1.2 sessions unreadable later (RFC 5077, section 5.5).
struct TicketKeyRing {
    /// A name that stands in the ticket, and two secrets.
    struct Key: Equatable {
        static let nameBytes = 16
        static let secretBytes = 32
        static let bytes = nameBytes + 2 * secretBytes

        let material: [UInt8]
        let made: Int64

        func hasName(_ name: Span<UInt8>) -> Bool {
            guard name.count == Self.nameBytes else { return false }
            for index in 0..<Self.nameBytes where material[index] != name[index] { return false }
            return true
        }
    }

    /// How long a key seals, and how long a session may be resumed, in milliseconds.
    static let sealing: Int64 = 12 * 3600 * 1000
    static let sessionLife: Int64 = 12 * 3600 * 1000

    private var keys: [Key] = []

    /// The key to seal with.
    ///
    /// - Parameters:
    ///   - now: Monotonic milliseconds.
    ///   - random: Makes that many unpredictable bytes.
    /// - Returns: The newest, made now if the one before is too old.
    mutating func current(now: Int64, random: (Int) -> [UInt8]) -> Key {
        if let newest = keys.last, now - newest.made < Self.sealing { return newest }
        forget(now: now)
        let key = Key(material: random(Key.bytes), made: now)
        keys.append(key)
        return key
    }

    /// The key that sealed a ticket, and whether the client should get a new ticket.
    mutating func find(_ name: Span<UInt8>, now: Int64) -> (key: Key, isOld: Bool)? {
        forget(now: now)
        for key in keys where key.hasName(name) { return (key, now - key.made >= Self.sealing) }
        return nil
    }

    private mutating func forget(now: Int64) {
        keys.removeAll { now - $0.made >= Self.sealing + Self.sessionLife }
    }
}
