import Synchronization

/// A number that one thread writes and any thread reads.
///
/// Since there is one writer, a load and a store do for an addition: the request path pays no locked instruction.
/// Readers see each number whole, but not two of them at the same instant.
struct Counter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    func bump(by amount: Int = 1) {
        value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Makes a gauge say what is.
    func set(_ amount: Int) {
        value.store(amount, ordering: .relaxed)
    }
}

/// One counter for each case of an enum with raw values from 0, found by an index and not by a name.
struct CounterRow<Kind: RawRepresentable & CaseIterable>: ~Copyable, Sendable where Kind.RawValue == Int {
    private static var capacity: Int { 32 }
    private let counters = InlineArray<32, Counter> { _ in Counter() }

    init() {
        precondition(Kind.allCases.count <= Self.capacity, "a row of counters has too few places for its kinds")
    }

    func bump(_ kind: Kind, by amount: Int = 1) {
        counters[kind.rawValue].bump(by: amount)
    }

    func count(_ kind: Kind) -> Int { counters[kind.rawValue].count }
}
