/// Makes one event of many equal ones, so that a flood fills neither the disk nor the log.
///
/// The first event of its type, client and route leaves at once. Those that follow within ten seconds are counted, and
/// leave as one with their number when the window is over; while more keep coming, each window gives one event. Each type
/// has a bounded table of its own: a flood of one never displaces another. The keys that a full table has no room for
/// become one event per type and window. Nothing is left out: the counts of all events that leave add up to what came.
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

    public static let windowMilliseconds: Int64 = 10_000
    /// Keys per type: with lines of at most 2 KiB, two types at their worst stay below 1 MiB/s.
    public static let keysMax = 1024

    private let capacity: Int
    /// A gateway writes two or three types, so they are found by looking.
    private var tables: [Table] = []

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
    ///   - wallMilliseconds: The time of day, since 1970-01-01T00:00:00Z.
    /// - Returns: Whether it was counted. If not, make the event, give it to ``open(_:key:at:)`` and let it leave.
    public mutating func absorb(_ type: AuditEventType, key: Key, wallMilliseconds: Int64) -> Bool {
        guard let index = tables.firstIndex(where: { $0.type == type }) else { return false }
        return tables[index].absorb(key, capacity: capacity, wallMilliseconds: wallMilliseconds)
    }

    /// Opens the window of an event that leaves at once.
    ///
    /// - Parameters:
    ///   - event: The event, of whom the window's later one is a copy.
    ///   - key: Its key, which ``absorb(_:key:wallMilliseconds:)`` did not know.
    ///   - milliseconds: Now.
    public mutating func open(_ event: AuditEvent, key: Key, at milliseconds: Int64) {
        let known = tables.firstIndex { $0.type == event.type }
        if known == nil { tables.append(Table(type: event.type)) }
        tables[known ?? tables.count - 1].open(Window(of: event, at: milliseconds), key, capacity: capacity)
    }

    /// Takes the events of the windows that are over; call it every second.
    ///
    /// - Parameters:
    ///   - milliseconds: Now.
    ///   - makeID: Makes an id for each.
    /// - Returns: One event for each window in which something was counted.
    public mutating func takeDue(at milliseconds: Int64, makeID: () -> ULID) -> [AuditEvent] {
        take(startedUpTo: milliseconds - Self.windowMilliseconds, at: milliseconds, makeID)
    }

    /// Takes what is counted so far, because the process ends.
    public mutating func takeAll(makeID: () -> ULID) -> [AuditEvent] {
        let events = take(startedUpTo: .max, at: 0, makeID)
        tables.removeAll()
        return events
    }

    /// The keys that are remembered now, for a metric.
    public var keyCount: Int {
        tables.reduce(0) { $0 + $1.windows.count }
    }

    private mutating func take(startedUpTo start: Int64, at now: Int64, _ makeID: () -> ULID) -> [AuditEvent] {
        var events: [AuditEvent] = []
        for index in tables.indices {
            tables[index].close(startedUpTo: start, at: now) { closed in
                var event = closed
                event.id = makeID()
                events.append(event)
            }
        }
        return events
    }
}

/// The windows of one type.
private struct Table: Sendable {
    let type: AuditEventType
    private(set) var windows: [EventCoalescer.Key: Window] = [:]
    /// Of all keys that found the table full.
    private var overflow: Window?

    init(type: AuditEventType) {
        self.type = type
    }

    mutating func absorb(_ key: EventCoalescer.Key, capacity: Int, wallMilliseconds: Int64) -> Bool {
        if let index = windows.index(forKey: key) {
            windows.values[index].count(wallMilliseconds)
            return true
        }
        guard windows.count >= capacity, overflow != nil else { return false }
        overflow?.count(wallMilliseconds)
        return true
    }

    mutating func open(_ window: Window, _ key: EventCoalescer.Key, capacity: Int) {
        if windows.count < capacity {
            windows[key] = window
        } else {
            overflow = window.ofManyClients
        }
    }

    /// Closes windows; those in which something was counted go on, empty, as the flood may.
    mutating func close(startedUpTo start: Int64, at now: Int64, _ leave: (AuditEvent) -> Void) {
        var idle: [EventCoalescer.Key] = []
        for index in windows.indices where windows[index].value.start <= start {
            if let event = windows.values[index].takeCounted(at: now) {
                leave(event)
            } else {
                idle.append(windows[index].key)
            }
        }
        for key in idle { windows.removeValue(forKey: key) }
        guard let many = overflow, many.start <= start else { return }
        if let event = overflow?.takeCounted(at: now) {
            leave(event)
        } else {
            overflow = nil
        }
    }
}

/// One key's ten seconds.
private struct Window: Sendable {
    /// The event that left, behind one reference: a window is copied often.
    private final class Template: Sendable {
        let event: AuditEvent
        init(_ event: AuditEvent) { self.event = event }
    }

    private(set) var start: Int64
    private let template: Template
    private var counted = 0
    private var lastWallMilliseconds: Int64

    init(of event: AuditEvent, at milliseconds: Int64) {
        template = Template(event)
        start = milliseconds
        lastWallMilliseconds = event.milliseconds
    }

    mutating func count(_ wallMilliseconds: Int64) {
        counted += 1
        lastWallMilliseconds = wallMilliseconds
    }

    mutating func takeCounted(at milliseconds: Int64) -> AuditEvent? {
        guard counted > 0 else { return nil }
        var event = template.event
        event.count = counted
        event.milliseconds = lastWallMilliseconds
        counted = 0
        start = milliseconds
        return event
    }

    /// The same window for everybody: what one client said of itself is left out.
    var ofManyClients: Window {
        let event = template.event
        var common = AuditEvent(id: event.id, type: event.type, at: event.milliseconds)
        common.details["clients"] = "many"
        return Window(of: common, at: start)
    }
}
