internal import Synchronization

/// Counts of this process alone, lost when it ends.
///
/// It is bounded, of keys and of the times of their requests: when it is full, the key that asked longest ago is
/// forgotten. Keys are kept as numbers, so that a long one costs no more than a short one.
public final class MemoryWindowStore: WindowStore {
    private let table: Mutex<WindowTable>
    private let milliseconds: @Sendable () -> Int64

    /// - Parameters:
    ///   - keysMax: How many keys are kept; about a hundred bytes each.
    ///   - milliseconds: A clock that does not go back.
    public init(keysMax: Int = 10_000, milliseconds: @escaping @Sendable () -> Int64 = MemoryWindowStore.monotonic()) {
        // The keys are secret hashes themselves.
        table = Mutex(WindowTable(capacity: keysMax, seed: 0))
        self.milliseconds = milliseconds
    }

    /// Milliseconds since the clock was made.
    public static func monotonic() -> @Sendable () -> Int64 {
        let start = ContinuousClock.now
        return {
            let (seconds, attoseconds) = start.duration(to: .now).components
            return seconds * 1000 + attoseconds / 1_000_000_000_000_000
        }
    }

    public func decide(_ key: String, _ quota: Quota) -> RateDecision {
        let now = milliseconds()
        return table.withLock { table in
            let key = Self.number(key)
            return table.decide(key, hash: key.hash(seed: table.seed), quota, now: now)
        }
    }

    public func usage(_ key: String, _ quota: Quota) -> RateDecision {
        let now = milliseconds()
        return table.withLock { table in
            let key = Self.number(key)
            return table.usage(key, hash: key.hash(seed: table.seed), quota, now: now)
        }
    }

    public func reset(_ key: String) {
        table.withLock { table in
            let key = Self.number(key)
            table.remove(key, hash: key.hash(seed: table.seed))
        }
    }

    /// How many keys are kept.
    public var keyCount: Int { table.withLock { $0.count } }

    /// Two hashes of one key (SipHash with a secret of the process), so that no two keys that anybody finds are one.
    private static func number(_ key: String) -> WindowKey {
        var (one, other) = (Hasher(), Hasher())
        one.combine(0)
        one.combine(key)
        other.combine(1)
        other.combine(key)
        let high = UInt64(UInt(bitPattern: one.finalize()))
        let low = UInt64(UInt(bitPattern: other.finalize()))
        return WindowKey(client: UInt128(high) << 64 | UInt128(low), policy: 0)
    }
}
