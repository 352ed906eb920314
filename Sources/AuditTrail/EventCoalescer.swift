public import NetworkAddress

/// Makes one event of many equal ones, so that a flood fills neither the disk nor the log.
///
/// The first event of its type, client and route leaves at once. Those that follow within ten seconds are counted, and
/// leave as one with their number when the window is over; what differs among them is left out of it. The next one
/// leaves at once again. Each type has a bounded table of its own: a flood of one never displaces another. When a table
/// is half full, a network that has many clients in it has them counted together from then on, under its own name; those
/// that a full table has no room for become one event per type and window. Nothing is left out: the counts of all events
/// that leave add up to what came.
///
/// Time is an argument, in milliseconds of a clock that never goes back.
public struct EventCoalescer: Sendable {
    /// What makes two events of a type equal.
    public struct Key: Hashable, Sendable {
        /// The client as the limiter counts it (``NetworkAddress/IPAddress/limitKey(v6PrefixLength:)``), so that an IPv6
        /// network is one client.
        public let client: UInt128
        /// The number of the rule or provider; nothing that a client can choose freely, such as a path.
        public let route: Int

        public init(client: UInt128, route: Int) {
            self.client = client
            self.route = route
        }
    }

    /// What equal events may differ in.
    public struct Traits: Equatable, Sendable {
        let client: IPAddress
        let endpoint: Int
        let userAgent: Int

        /// - Parameters:
        ///   - client: The address itself.
        ///   - endpoint: A hash of what was asked for.
        ///   - userAgent: A hash of what the client calls itself.
        public init(client: IPAddress, endpoint: Int = 0, userAgent: Int = 0) {
            self.client = client
            self.endpoint = endpoint
            self.userAgent = userAgent
        }
    }

    public static let windowMilliseconds: Int64 = 10_000
    /// Keys per type: with two events a window and lines of at most 2 KiB, two types at their worst stay below 1 MiB/s.
    public static let keysMax = 1024
    /// Clients of one network that are told apart while a table is more than half full.
    static let clientsPerNetworkMax = 16

    private let capacity: Int
    /// A gateway writes two or three types, so they are found by looking.
    private var tables: [CoalescedType] = []

    /// Makes an empty one.
    ///
    /// - Parameter capacity: Keys that are told apart, per type.
    public init(capacity: Int = keysMax) {
        precondition(capacity > 0, "a coalescer tells at least one key apart")
        self.capacity = capacity
    }

    /// Counts an event whose equal left not long ago.
    ///
    /// - Parameters:
    ///   - type: What happened; one of the few types that a gateway writes.
    ///   - key: To whom and where.
    ///   - traits: What else is known of it.
    ///   - wallMilliseconds: The time of day, since 1970-01-01T00:00:00Z.
    /// - Returns: Whether it was counted. If not, make the event, give it to ``open(_:key:traits:at:isTold:)`` and let
    ///   it leave.
    public mutating func absorb(
        _ type: AuditEventType, key: Key, traits: Traits, wallMilliseconds: Int64
    ) -> Bool {
        guard let index = tables.firstIndex(where: { $0.type == type }) else { return false }
        return tables[index].absorb(key, traits, capacity: capacity, wallMilliseconds: wallMilliseconds)
    }

    /// Opens the window of an event that leaves at once.
    ///
    /// - Parameters:
    ///   - event: The event, of whom the window's later one is a copy.
    ///   - key: Its key, which ``absorb(_:key:traits:wallMilliseconds:)`` did not know.
    ///   - traits: What equal events may differ in.
    ///   - milliseconds: Now.
    ///   - isTold: Whether it did leave; if there was no room for it, it is told when the window is over.
    public mutating func open(
        _ event: AuditEvent, key: Key, traits: Traits, at milliseconds: Int64, isTold: Bool = true
    ) {
        let known = tables.firstIndex { $0.type == event.type }
        if known == nil { tables.append(CoalescedType(type: event.type)) }
        let window = CoalescingWindow(of: event, traits, at: milliseconds, counted: isTold ? 0 : event.count)
        tables[known ?? tables.count - 1].open(window, key, capacity: capacity)
    }

    /// Takes the events of the windows that are over; call it every second.
    ///
    /// - Parameters:
    ///   - milliseconds: Now.
    ///   - limit: How many there is room for; the others stay, and go on counting.
    ///   - makeID: Makes an id for each.
    /// - Returns: One event for each window in which something was counted.
    public mutating func takeDue(at milliseconds: Int64, limit: Int = .max, makeID: () -> ULID) -> [AuditEvent] {
        take(startedUpTo: milliseconds - Self.windowMilliseconds, limit, makeID)
    }

    /// Takes what is counted so far, because the process ends.
    public mutating func takeAll(makeID: () -> ULID) -> [AuditEvent] {
        take(startedUpTo: .max, .max, makeID)
    }

    /// The keys that are remembered now, for a metric.
    public var keyCount: Int {
        tables.reduce(0) { $0 + $1.keyCount }
    }

    private mutating func take(startedUpTo start: Int64, _ limit: Int, _ makeID: () -> ULID) -> [AuditEvent] {
        var events: [AuditEvent] = []
        for index in tables.indices {
            tables[index].close(startedUpTo: start, limit: limit - events.count) { closed in
                var event = closed
                event.id = makeID()
                events.append(event)
            }
        }
        return events
    }
}
