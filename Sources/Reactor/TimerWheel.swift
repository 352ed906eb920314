/// Something whose patience may end.
///
/// The links are the wheel's: an item is in at most one of its lists, and whoever lets an item go cancels it first.
open class Timed {
    /// When it expires, in the wheel's milliseconds.
    public fileprivate(set) final var deadline: Int64 = .max
    /// When the wheel looks at it next: never later than the deadline.
    fileprivate final var due: Int64 = .max
    fileprivate final var next: Timed?
    /// Alive as long as this item is linked: its own predecessor, or the wheel, holds it.
    fileprivate final unowned var previous: Timed?

    public init() {}
}

/// Deadlines of many items (a hashed timing wheel; Varghese and Lauck 1987, scheme 6).
///
/// Patience is renewed by every request and almost never ends, so moving a deadline away costs one store: the item
/// stays where it is, and when its time comes the wheel sees that it has more and links it anew. Time is an argument.
public struct TimerWheel: ~Copyable {
    private static let tickMilliseconds: Int64 = 128
    private static let slotCount = 1024

    /// The first item of each slot.
    private var slots: [Timed?]
    /// One bit for each slot that has an item, so that the next one is found without looking at them all.
    private var occupied: [UInt64]
    /// The next tick to look at.
    private var tick: Int64

    /// - Parameter now: The time that all later ones are measured against.
    public init(now: Int64) {
        slots = Array(repeating: nil, count: Self.slotCount)
        occupied = Array(repeating: 0, count: Self.slotCount / 64)
        tick = now / Self.tickMilliseconds
    }

    /// Gives an item a new deadline.
    public mutating func set(_ item: Timed, deadline: Int64) {
        item.deadline = deadline
        guard deadline < item.due else { return }
        unlink(item)
        link(item)
    }

    /// Takes an item out, for good.
    public mutating func cancel(_ item: Timed) {
        unlink(item)
        item.deadline = .max
    }

    /// The next item whose deadline has passed, no more than one tick (128 ms) late; nil when there is none.
    ///
    /// It is out of the wheel then: ``set(_:deadline:)`` brings it back.
    public mutating func nextExpired(now: Int64) -> Timed? {
        let last = now / Self.tickMilliseconds
        // After a long sleep one round sees every slot.
        tick = max(tick, last - Int64(Self.slotCount) + 1)
        while tick <= last {
            while let item = slots[Self.slot(tick)], item.due <= now {
                unlink(item)
                if item.deadline <= now {
                    item.deadline = .max
                    return item
                }
                link(item)
            }
            // The tick that now is in has later items to come.
            if tick == last { break }
            tick += 1
        }
        return nil
    }

    /// How long nothing can expire, at most; nil when there is no item.
    public func patience(now: Int64) -> Int64? {
        let start = Self.slot(tick)
        for step in 0...occupied.count {
            let word = (start / 64 + step) % occupied.count
            // The first word counts from the current slot, and again, whole, at the end of the round.
            let bits = step == 0 ? occupied[word] & (.max << UInt64(start % 64)) : occupied[word]
            guard bits != 0 else { continue }
            let slot = word * 64 + bits.trailingZeroBitCount
            let distance = (slot - start + Self.slotCount) % Self.slotCount
            return max(0, (tick + Int64(distance) + 1) * Self.tickMilliseconds - now)
        }
        return nil
    }

    private static func slot(_ tick: Int64) -> Int { Int(truncatingIfNeeded: tick) & (slotCount - 1) }

    /// Items beyond the wheel's horizon wait in its last slot and are looked at again from there.
    private mutating func link(_ item: Timed) {
        let horizon = (tick + Int64(Self.slotCount) - 1) * Self.tickMilliseconds
        item.due = min(max(item.deadline, tick * Self.tickMilliseconds), horizon)
        let slot = Self.slot(item.due / Self.tickMilliseconds)
        item.next = slots[slot]
        item.next?.previous = item
        slots[slot] = item
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
    }

    private mutating func unlink(_ item: Timed) {
        guard item.due != .max else { return }
        let slot = Self.slot(item.due / Self.tickMilliseconds)
        item.due = .max
        let next = item.next
        item.next = nil
        next?.previous = item.previous
        if let previous = item.previous {
            previous.next = next
        } else {
            slots[slot] = next
            if next == nil { occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        }
        item.previous = nil
    }
}
