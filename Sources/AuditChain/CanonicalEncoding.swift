internal import AuditTrail

/// The bytes that a hash or a signature covers.
///
/// Every field is there, each with its length and with a mark of its presence, so that no two events share an encoding:
/// nothing moves from one field to the next unseen. The first byte is the version of this form, the second its purpose.
struct CanonicalEncoding {
    private static let version: UInt8 = 1

    enum Purpose: UInt8 {
        case entry = 1
        case anchor = 2
    }

    private(set) var bytes: [UInt8]

    private init(_ purpose: Purpose) {
        bytes = [Self.version, purpose.rawValue]
        bytes.reserveCapacity(512)
    }

    /// An entry: its place, what it follows, and every field of its event.
    init(_ event: AuditEvent, sequence: Int64, previousHash: ChainHash) {
        self.init(.entry)
        add(UInt64(bitPattern: sequence))
        bytes += previousHash.bytes
        add(UInt64(truncatingIfNeeded: event.id.bits >> 64))
        add(UInt64(truncatingIfNeeded: event.id.bits))
        add(UInt64(bitPattern: event.milliseconds))
        add(event.type.name)
        for field in [
            event.actor, event.actorName, event.targetType, event.target, event.client, event.method, event.endpoint,
            event.userAgent,
        ] { add(field) }
        add(UInt64(event.details.count))
        // By their bytes: the order of strings depends on the version of Unicode.
        for (name, value) in event.details.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            add(name)
            add(value)
        }
        add(UInt64(event.count))
    }

    init(anchor role: ChainAnchor.Role, sequence: Int64, hash: ChainHash) {
        self.init(.anchor)
        bytes.append(role.rawValue)
        add(UInt64(bitPattern: sequence))
        bytes += hash.bytes
    }

    private mutating func add(_ number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private mutating func add(_ text: String?) {
        bytes.append(text == nil ? 0 : 1)
        guard let text else { return }
        add(UInt64(text.utf8.count))
        bytes += text.utf8
    }
}
