import NetworkAddress
import Testing

@testable import AuditTrail

@Suite struct EventCoalescerTests {
    /// A coalescer whose events that left are kept in the order they left.
    private struct Trail {
        var coalescer: EventCoalescer
        var left: [AuditEvent] = []
        var ids = ULIDGenerator()

        init(capacity: Int = EventCoalescer.keysMax) { coalescer = EventCoalescer(capacity: capacity) }

        mutating func happen(
            _ type: AuditEventType = .rateLimited, client: UInt32 = 1, route: Int = 1, at time: Int64
        ) {
            happen(type, address: IPAddress(v4: client), route: route, at: time)
        }

        mutating func happen(
            _ type: AuditEventType = .rateLimited, address: IPAddress, route: Int = 1, path: String = "/x",
            agent: String = "curl", isTold: Bool = true, at time: Int64
        ) {
            let key = EventCoalescer.Key(client: address.limitKey(), route: route)
            let traits = EventCoalescer.Traits(
                client: address, endpoint: path.hashValue, userAgent: agent.hashValue)
            guard !coalescer.absorb(type, key: key, traits: traits, wallMilliseconds: 1_000_000 + time) else { return }
            var event = AuditEvent(id: ids.next(milliseconds: time, randomBits: 0), type: type, at: 1_000_000 + time)
            (event.client, event.endpoint, event.userAgent) = ("\(address)", path, agent)
            (event.targetType, event.target) = ("endpoint", path)
            coalescer.open(event, key: key, traits: traits, at: time, isTold: isTold)
            if isTold { left.append(event) }
        }

        mutating func tick(at time: Int64, limit: Int = .max) {
            left += coalescer.takeDue(at: time, limit: limit) { ids.next(milliseconds: time, randomBits: 0) }
        }

        mutating func end() {
            left += coalescer.takeAll { ids.next(milliseconds: 0, randomBits: 0) }
        }

        var counts: [Int] { left.map(\.count) }
    }

    /// Each row: when equal events happen, with a tick each second, and the counts of those that leave.
    @Test(
        arguments: [
            ([0], [1]),
            ([0, 1, 2], [1, 2]),
            ([0, 9_999], [1, 1]),
            ([0, 10_001], [1, 1]),
            ([0, 1, 2, 10_001, 10_002], [1, 2, 1, 1]),
            ([0, 1, 10_001, 20_001, 30_500], [1, 1, 1, 1, 1]),
            ([0, 50_000], [1, 1]),
        ] as [([Int64], [Int])])
    func `equal events of ten seconds become one with their count`(times: [Int64], counts: [Int]) {
        var trail = Trail()
        var next = times[...]
        for second in Int64(0)...60 {
            while let time = next.first, time < second * 1000 {
                trail.happen(at: time)
                next.removeFirst()
            }
            trail.tick(at: second * 1000)
        }
        #expect(trail.counts == counts)
        #expect(trail.coalescer.keyCount == 0)
    }

    @Test func `the first event leaves at once, and its followers when the window is over`() {
        var trail = Trail()
        trail.happen(at: 500)
        #expect(trail.counts == [1])
        trail.happen(at: 600)
        trail.happen(at: 9_000)
        trail.tick(at: 10_499)
        #expect(trail.counts == [1])
        trail.tick(at: 10_500)
        #expect(trail.counts == [1, 2])
        #expect(trail.left[1].milliseconds == 1_009_000)
        #expect(trail.left[1].endpoint == "/x" && trail.left[1].client == "0.0.0.1")
        #expect(Set(trail.left.map(\.id)).count == 2)
    }

    @Test func `another type, client or route is another event`() {
        var trail = Trail()
        for type in [AuditEventType.rateLimited, .webhookRejected] {
            for client in UInt32(1)...2 {
                for route in 1...2 { trail.happen(type, client: client, route: route, at: 0) }
            }
        }
        #expect(trail.counts == Array(repeating: 1, count: 8))
    }

    /// What holds for some only is left out: nobody is charged with what another did.
    @Test func `a summary says what all have in common, and no more`() {
        let network: UInt128 = 0x2001_0db8_0001_0002 << 64
        var trail = Trail()
        trail.happen(address: IPAddress(v6: network | 0xaaaa), path: "/harmless", agent: "probe", at: 0)
        trail.happen(address: IPAddress(v6: network | 0xaaaa), path: "/harmless", agent: "probe", at: 1)
        trail.tick(at: 10_000)
        #expect(trail.left[1].client == "2001:db8:1:2::aaaa" && trail.left[1].endpoint == "/harmless")
        #expect(trail.left[1].userAgent == "probe" && trail.left[1].details.isEmpty)

        trail.happen(address: IPAddress(v6: network | 0xaaaa), path: "/harmless", agent: "probe", at: 11_000)
        trail.happen(address: IPAddress(v6: network | 0xbbbb), path: "/evil", agent: "sqlmap", at: 11_001)
        trail.tick(at: 21_000)
        #expect(
            trail.left[3].client == "2001:db8:1:2::a000" && trail.left[3].details["network"] == "2001:db8:1:2::a000/115"
        )
        #expect(trail.left[3].endpoint == nil && trail.left[3].target == nil && trail.left[3].userAgent == nil)

        // A new window has a first event of its own.
        trail.happen(address: IPAddress(v6: network | 0xbbbb), path: "/evil", agent: "sqlmap", at: 21_002)
        #expect(trail.left[4].client == "2001:db8:1:2::bbbb" && trail.left[4].endpoint == "/evil")
    }

    @Test func `who has a whole network takes nobody else's place`() {
        var trail = Trail(capacity: 100)
        for client in UInt32(0)..<1000 {
            trail.happen(client: 0x0a00_0000 + client % 256, route: Int(client / 256), at: 0)
        }
        for client in UInt32(0)..<20 { trail.happen(client: 0xc000_0200 + client << 8, at: 1) }
        for client in UInt32(0)..<20 { trail.happen(client: 0xc000_0200 + client << 8, at: 2) }
        trail.tick(at: 10_002)
        let named = Set(trail.left.filter { $0.details.isEmpty }.compactMap(\.client))
        for client in UInt32(0)..<20 { #expect(named.contains("\(IPAddress(v4: 0xc000_0200 + client << 8))")) }
        let networks = trail.left.compactMap { $0.details["network"] }
        #expect(!networks.isEmpty && networks.allSatisfy { $0.hasPrefix("10.0.0.") })
        #expect(trail.left.map(\.count).reduce(0, +) == 1040)
    }

    @Test func `keys without room become one event of their type, and displace no other type`() {
        var trail = Trail(capacity: 8)
        for client in UInt32(0)..<1000 { trail.happen(client: client << 16, at: 0) }
        // As many as there is room for, as many networks, and the first of all others.
        #expect(trail.left.count == 8 + 2 + 1)
        trail.happen(.webhookRejected, client: 5000, at: 1)
        #expect(trail.left.last?.type == .webhookRejected && trail.left.last?.client == "0.0.19.136")
        trail.tick(at: 10_000)
        let aggregate = trail.left.last
        #expect(aggregate?.count == 989 && aggregate?.details == ["clients": "many"])
        #expect(aggregate?.client == nil)
        trail.tick(at: 20_001)
        #expect(trail.coalescer.keyCount == 0)
        trail.happen(client: 777, at: 20_002)
        #expect(trail.left.last?.client == "0.0.3.9")
    }

    @Test func `what found no room is told when there is some`() {
        var trail = Trail()
        trail.happen(address: IPAddress(v4: 1), isTold: false, at: 0)
        trail.happen(address: IPAddress(v4: 2), isTold: false, at: 0)
        trail.happen(address: IPAddress(v4: 2), at: 1)
        #expect(trail.left.isEmpty)
        trail.tick(at: 10_000, limit: 0)
        #expect(trail.left.isEmpty && trail.coalescer.keyCount == 2)
        trail.tick(at: 11_000, limit: 1)
        trail.tick(at: 12_000, limit: 1)
        #expect(trail.counts.sorted() == [1, 2] && Set(trail.left.compactMap(\.client)) == ["0.0.0.1", "0.0.0.2"])
        #expect(trail.coalescer.keyCount == 0)
    }

    @Test func `nothing is lost when the process ends`() {
        var trail = Trail(capacity: 2)
        for client in UInt32(0)..<5 { for _ in 0..<3 { trail.happen(client: client, at: 0) } }
        trail.end()
        #expect(trail.counts.reduce(0, +) == 15)
        #expect(trail.coalescer.keyCount == 0)
    }

    @Test(arguments: [1, 7, 64, 1024])
    func `the counts of what leaves add up to what happened`(capacity: Int) {
        var randomness = SplitMix(state: UInt64(capacity))
        var trail = Trail(capacity: capacity)
        var happened: [AuditEventType: Int] = [:]
        for time in stride(from: Int64(0), to: 200_000, by: 5) {
            let type: AuditEventType = Int.random(in: 0..<10, using: &randomness) == 0 ? .webhookRejected : .rateLimited
            trail.happen(type, client: UInt32.random(in: 0..<200, using: &randomness), at: time)
            happened[type, default: 0] += 1
            if time % 1000 == 0 { trail.tick(at: time) }
        }
        trail.end()
        for (type, count) in happened {
            #expect(trail.left.filter { $0.type == type }.map(\.count).reduce(0, +) == count)
        }
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
