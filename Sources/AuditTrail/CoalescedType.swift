internal import NetworkAddress

/// The windows of one type of event.
struct CoalescedType: Sendable {
    let type: AuditEventType
    private var windows: [EventCoalescer.Key: CoalescingWindow] = [:]
    /// How many of them a network has.
    private var clients: [UInt128: Int] = [:]
    /// Of networks whose clients are counted together, by the network.
    private var networks: [EventCoalescer.Key: CoalescingWindow] = [:]
    /// Of all keys that found no room.
    private var overflow: CoalescingWindow?

    init(type: AuditEventType) {
        self.type = type
    }

    var keyCount: Int { windows.count + networks.count }

    mutating func absorb(
        _ key: EventCoalescer.Key, _ traits: EventCoalescer.Traits, capacity: Int, wallMilliseconds: Int64
    ) -> Bool {
        if let index = windows.index(forKey: key) {
            windows.values[index].count(traits, wallMilliseconds)
            return true
        }
        guard !hasRoom(for: key, capacity) else { return false }
        if let index = networks.index(forKey: key.network) {
            networks.values[index].count(traits, wallMilliseconds)
            return true
        }
        guard networks.count >= Self.networksMax(capacity), overflow != nil else { return false }
        overflow?.count(traits, wallMilliseconds)
        return true
    }

    mutating func open(_ window: CoalescingWindow, _ key: EventCoalescer.Key, capacity: Int) {
        if hasRoom(for: key, capacity) {
            windows[key] = window
            clients[key.network.client, default: 0] += 1
        } else if networks.count < Self.networksMax(capacity) {
            networks[key.network] = window
        } else {
            overflow = window
        }
    }

    /// Closes windows, as many as there is room to tell of.
    mutating func close(startedUpTo start: Int64, limit: Int, _ leave: (AuditEvent) -> Void) {
        var room = limit
        for key in Self.closed(&windows, startedUpTo: start, &room, leave) {
            let network = key.network.client
            let left = clients[network, default: 1] - 1
            clients[network] = left == 0 ? nil : left
        }
        _ = Self.closed(&networks, startedUpTo: start, &room, leave)
        guard let many = overflow, many.start <= start, room > 0 || many.summary == nil else { return }
        if let event = many.summary { leave(event) }
        overflow = nil
    }

    private static func closed(
        _ windows: inout [EventCoalescer.Key: CoalescingWindow], startedUpTo start: Int64, _ room: inout Int,
        _ leave: (AuditEvent) -> Void
    ) -> [EventCoalescer.Key] {
        var over: [EventCoalescer.Key] = []
        for (key, window) in windows where window.start <= start {
            if let event = window.summary {
                guard room > 0 else { continue }
                room -= 1
                leave(event)
            }
            over.append(key)
        }
        for key in over { windows.removeValue(forKey: key) }
        return over
    }

    /// While a table is half empty there is room for everybody.
    private func hasRoom(for key: EventCoalescer.Key, _ capacity: Int) -> Bool {
        if windows.count < capacity / 2 { return true }
        return windows.count < capacity
            && clients[key.network.client, default: 0] < EventCoalescer.clientsPerNetworkMax
    }

    private static func networksMax(_ capacity: Int) -> Int { capacity / 4 }
}

extension EventCoalescer.Key {
    /// The network of the client: 24 bits of an IPv4 address, 48 of an IPv6 address.
    fileprivate var network: EventCoalescer.Key {
        // A limiter's key of an IPv4 address is its IPv4-mapped spelling.
        let hostBits: UInt128 = IPAddress(v6: client).family == .v4 ? 8 : 80
        return EventCoalescer.Key(client: (client >> hostBits) << hostBits, route: route)
    }
}

/// One key's ten seconds.
struct CoalescingWindow: Sendable {
    /// The event that left, behind one reference: a window is copied often.
    private final class Template: Sendable {
        let event: AuditEvent
        let traits: EventCoalescer.Traits

        init(_ event: AuditEvent, _ traits: EventCoalescer.Traits) {
            self.event = event
            self.traits = traits
        }
    }

    let start: Int64
    private let template: Template
    private var counted: Int
    private var lastWallMilliseconds: Int64
    /// What some that were counted differed in: of their addresses, how many leading bits all have in common.
    private var commonBits = 128
    private var hasOtherEndpoints = false
    private var hasOtherAgents = false

    init(of event: AuditEvent, _ traits: EventCoalescer.Traits, at milliseconds: Int64, counted: Int = 0) {
        template = Template(event, traits)
        start = milliseconds
        lastWallMilliseconds = event.milliseconds
        self.counted = counted
    }

    mutating func count(_ traits: EventCoalescer.Traits, _ wallMilliseconds: Int64) {
        counted += 1
        lastWallMilliseconds = wallMilliseconds
        let first = template.traits
        guard traits != first else { return }
        commonBits = min(commonBits, Self.commonBits(traits.client, first.client))
        if traits.endpoint != first.endpoint { hasOtherEndpoints = true }
        if traits.userAgent != first.userAgent { hasOtherAgents = true }
    }

    /// The event of those that were counted; nil when there are none.
    ///
    /// It says nothing that does not hold for all of them: nobody is charged with what another did.
    var summary: AuditEvent? {
        guard counted > 0 else { return nil }
        var event = template.event
        event.count = counted
        event.milliseconds = lastWallMilliseconds
        if hasOtherEndpoints {
            if event.targetType == "endpoint" { event.target = nil }
            event.endpoint = nil
            event.details["endpoints"] = "several"
        }
        if hasOtherAgents {
            event.userAgent = nil
            event.details["user_agents"] = "several"
        }
        if commonBits < 128 { name(&event) }
        return event
    }

    /// The smallest network that has all who were counted, in place of the first.
    private func name(_ event: inout AuditEvent) {
        let first = template.traits.client
        let length = first.family == .v4 ? commonBits - 96 : commonBits
        guard length >= Self.networkBitsMin else {
            event.client = nil
            event.details["clients"] = "many"
            return
        }
        let network = CIDRBlock(first, prefixLength: length)
        event.client = "\(network.network)"
        event.details["network"] = "\(network)"
    }

    /// What is wider than this is nobody's network.
    private static let networkBitsMin = 8

    /// IPv4 addresses are compared as their IPv4-mapped spellings.
    private static func commonBits(_ one: IPAddress, _ other: IPAddress) -> Int {
        guard one.family == other.family else { return 0 }
        let alike = (one.bits ^ other.bits).leadingZeroBitCount
        return alike
    }
}
