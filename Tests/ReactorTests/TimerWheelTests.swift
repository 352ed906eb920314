import Testing

@testable import Reactor

@Suite struct TimerWheelTests {
    private final class Item: Timed {}
    private static let tick: Int64 = 128

    /// The items that expire up to a time.
    private func expired(_ wheel: inout TimerWheel, _ now: Int64) -> [Timed] {
        var items: [Timed] = []
        while let item = wheel.nextExpired(now: now) { items.append(item) }
        return items
    }

    @Test(arguments: [0, 1, 127, 128, 10_000, 131_071, 131_072, 300_000, 2_000_000] as [Int64])
    func `an item expires at its deadline, never before and at most a tick later`(patience: Int64) {
        var wheel = TimerWheel(now: 1_000_003)
        let item = Item()
        let deadline = 1_000_003 + patience
        wheel.set(item, deadline: deadline)
        var now: Int64 = 1_000_003
        while now < deadline {
            let early = expired(&wheel, now)
            #expect(early.isEmpty)
            let wait = wheel.patience(now: now)
            #expect((wait ?? .max) > 0 || now + 1 >= deadline)
            now = min(now + max(1, wait ?? 1), deadline)
            if now == deadline { break }
        }
        let late = expired(&wheel, deadline + Self.tick)
        #expect(late.count == 1 && late.first === item)
        let rest = wheel.patience(now: now)
        #expect(rest == nil)
    }

    @Test func `a deadline that moves away holds, and one that moves nearer too`() {
        var wheel = TimerWheel(now: 0)
        let (renewed, hurried) = (Item(), Item())
        wheel.set(renewed, deadline: 1_000)
        wheel.set(hurried, deadline: 100_000)
        for now in stride(from: Int64(500), to: 5_000, by: 500) {
            wheel.set(renewed, deadline: now + 1_000)
            let early = expired(&wheel, now)
            #expect(early.isEmpty)
        }
        wheel.set(hurried, deadline: 5_200)
        let first = expired(&wheel, 5_200 + Self.tick)
        #expect(first.count == 1 && first.first === hurried)
        let second = expired(&wheel, 5_500 + Self.tick)
        #expect(second.first === renewed)
    }

    @Test func `what was cancelled never expires, and is let go`() {
        var wheel = TimerWheel(now: 0)
        weak var gone: Item?
        do {
            let items = (0..<3).map { _ in Item() }
            for item in items { wheel.set(item, deadline: 1_000) }
            wheel.cancel(items[1])
            gone = items[1]
            let left = expired(&wheel, 2_000)
            #expect(left.count == 2)
        }
        #expect(gone == nil)
    }

    @Test func `ten thousand items in random order all expire once`() {
        var wheel = TimerWheel(now: 0)
        var seed: UInt64 = 7
        func random(_ bound: Int64) -> Int64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(seed >> 33) % bound
        }
        var deadlines: [ObjectIdentifier: Int64] = [:]
        var items: [Item] = []
        for _ in 0..<10_000 {
            let item = Item()
            items.append(item)
            wheel.set(item, deadline: random(400_000))
            // Moved once: nearer or away.
            let moved = random(400_000)
            wheel.set(item, deadline: moved)
            deadlines[ObjectIdentifier(item)] = moved
        }
        var now: Int64 = 0
        while let wait = wheel.patience(now: now) {
            now += max(1, min(wait, random(700)))
            for item in expired(&wheel, now) {
                let deadline = deadlines.removeValue(forKey: ObjectIdentifier(item))
                #expect(deadline.map { $0 <= now } ?? false)
            }
        }
        #expect(deadlines.isEmpty)
    }
}
