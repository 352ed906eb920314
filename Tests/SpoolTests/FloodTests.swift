import AuditTrail
import FoundationEssentials
import NetworkAddress
import Reactor
import Testing

@testable import Spool

/// 200,000 refusals in ten seconds from 1,000 addresses, through the coalescer and the spool.
@Suite struct FloodTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A gateway's refusals, from the bytes of a request to the record.
    private struct Door {
        let spool: SpoolWriter
        var coalescer = EventCoalescer()
        var ids = ULIDGenerator()
        var line: [UInt8] = []
        static let userAgent = Array("Mozilla/5.0 (X11; Linux x86_64) \u{1b}[2J flood".utf8)

        mutating func refuse(_ type: AuditEventType, client: UInt32, path: [UInt8], at time: Int64) {
            // Each in a network of its own.
            let address = IPAddress(v4: 0x0a00_0001 + client << 8)
            let traits = EventCoalescer.Traits(client: address)
            let key = EventCoalescer.Key(client: address.limitKey(), route: 0)
            guard !coalescer.absorb(type, key: key, traits: traits, wallMilliseconds: time) else { return }
            let request = RefusedRequest(
                method: Array("POST".utf8).span, target: path.span, path: path.span, userAgent: Self.userAgent.span)
            let id = ids.next(milliseconds: time, randomBits: 1)
            let event: AuditEvent =
                type == .rateLimited
                ? .rateLimited(request, client: "\(address)", id: id, at: time)
                : .webhookRejected(request, provider: "replicate", client: "\(address)", id: id, at: time)
            coalescer.open(event, key: key, traits: traits, at: time)
            write(event)
        }

        mutating func tick(at time: Int64) {
            var ids = ids
            for event in coalescer.takeDue(at: time, makeID: { ids.next(milliseconds: time, randomBits: 2) }) {
                write(event)
            }
            self.ids = ids
        }

        mutating func write(_ event: AuditEvent) {
            line.removeAll(keepingCapacity: true)
            event.appendLine(to: &line)
            spool.append(line.span)
        }
    }

    @Test func `weakness 24: no class of event is missing, none is uncounted, and the spool stays small`() throws {
        var door = Door(spool: try SpoolWriter(folder: folder.path))
        var happened: [AuditEventType: Int] = [:]
        for number in 0..<200_000 {
            let time = Int64(number / 20)
            // Every client sends a webhook now and then, and every refusal asks for another path.
            let type: AuditEventType = number / 1000 % 50 == 0 ? .webhookRejected : .rateLimited
            let client = UInt32(truncatingIfNeeded: number &* 7919) % 1000
            door.refuse(type, client: client, path: Array("/api/x\(number % 97)?q=\(number)".utf8), at: time)
            happened[type, default: 0] += 1
            if number % 20_000 == 19_999 { door.tick(at: time) }
        }
        let bytesInTenSeconds = try bytes(after: door.spool)
        for second in Int64(11)...31 { door.tick(at: second * 1000) }
        door.spool.stop()

        let counts = door.spool.counts
        #expect(counts.dropped == 0 && counts.synced == counts.accepted)
        #expect(bytesInTenSeconds < 10 << 20)
        #expect(counts.syncedBytes < 10 << 20)
        let events = try folder.records().records.map {
            try JSONDecoder().decode(AuditEvent.self, from: Data($0.utf8))
        }
        #expect(Set(events.map(\.id)).count == events.count)
        for (type, count) in happened {
            let own = events.filter { $0.type == type }
            #expect(own.map(\.count).reduce(0, +) == count, "\(type.name)")
            #expect(Set(own.compactMap(\.client)).count == 1000, "\(type.name)")
        }
        #expect(door.coalescer.keyCount == 0)
    }

    /// Ten times as many addresses as the coalescer tells apart.
    @Test func `a flood from more addresses than there is room for hides no class`() throws {
        var door = Door(spool: try SpoolWriter(folder: folder.path))
        for number in 0..<200_000 {
            let time = Int64(number / 20)
            door.refuse(.rateLimited, client: UInt32(number % 10_240), path: Array("/api/x".utf8), at: time)
            if number % 1000 == 0 {
                door.refuse(.webhookRejected, client: UInt32(number), path: Array("/api/webhooks/r".utf8), at: time)
            }
        }
        for second in Int64(10)...31 { door.tick(at: second * 1000) }
        door.spool.stop()
        let events = try folder.records().records.map {
            try JSONDecoder().decode(AuditEvent.self, from: Data($0.utf8))
        }
        let limited = events.filter { $0.type == .rateLimited }
        let rejected = events.filter { $0.type == .webhookRejected }
        #expect(limited.map(\.count).reduce(0, +) == 200_000)
        #expect(limited.count <= 3 * EventCoalescer.keysMax)
        #expect(rejected.count == 200 && rejected.allSatisfy { $0.client != nil && $0.count == 1 })
        #expect(door.spool.counts.syncedBytes < 10 << 20)
    }

    private func bytes(after spool: SpoolWriter) throws -> Int {
        let counts = spool.counts
        return max(counts.syncedBytes, try folder.bytes())
    }
}
