internal import Synchronization

/// Credentials that the backend found good in the last minutes, known by their hashes.
///
/// A request with one of them is counted by its credential and not by its address, so that junk from the same address
/// cannot lock its owner out. Only what was verified gets in, so junk cannot push anything out either. The table is
/// bounded: where eight hashes already meet, the one that ends first makes room.
public final class VerifiedCredentials: Sendable {
    private static let ways = 8

    private struct Entry: Sendable {
        var high: UInt64 = 0
        var low: UInt64 = 0
        /// The milliseconds at which it is forgotten; an empty place ended long ago.
        var end = Int64.min
    }

    private let entries: Mutex<[Entry]>
    private let setCount: Int
    private let lifetimeMilliseconds: Int64

    /// - Parameters:
    ///   - capacity: How many are kept, rounded up to a power of two; 32 bytes each.
    ///   - lifetimeSeconds: How long one is known after it was last verified.
    public init(capacity: Int = 4096, lifetimeSeconds: Int = 300) {
        precondition(capacity > 0 && lifetimeSeconds > 0, "credentials are known for some time")
        var setCount = 1
        while setCount * Self.ways < capacity { setCount *= 2 }
        self.setCount = setCount
        lifetimeMilliseconds = Int64(lifetimeSeconds) * 1000
        entries = Mutex(Array(repeating: Entry(), count: setCount * Self.ways))
    }

    /// The backend found it good.
    ///
    /// - Parameters:
    ///   - hash: 128 bits of a keyed or cryptographic hash of it: nobody can choose one that is there.
    ///   - now: Milliseconds of a clock that does not go back.
    public func remember(_ hash: UInt128, now: Int64) {
        let (high, low) = Self.halves(hash)
        entries.withLock { entries in
            var place = first(low)
            for index in first(low)..<(first(low) + Self.ways) {
                if entries[index].high == high, entries[index].low == low, entries[index].end > now {
                    place = index
                    break
                }
                if entries[index].end < entries[place].end { place = index }
            }
            entries[place] = Entry(high: high, low: low, end: now + lifetimeMilliseconds)
        }
    }

    /// Whether it was found good, and not longer ago than it is known for.
    public func contains(_ hash: UInt128, now: Int64) -> Bool {
        let (high, low) = Self.halves(hash)
        return entries.withLock { entries in
            for index in first(low)..<(first(low) + Self.ways)
            where entries[index].low == low && entries[index].high == high {
                if entries[index].end > now { return true }
            }
            return false
        }
    }

    /// The backend refused it.
    public func forget(_ hash: UInt128) {
        let (high, low) = Self.halves(hash)
        entries.withLock { entries in
            for index in first(low)..<(first(low) + Self.ways)
            where entries[index].low == low && entries[index].high == high {
                entries[index].end = .min
            }
        }
    }

    private func first(_ low: UInt64) -> Int {
        (Int(truncatingIfNeeded: low) & (setCount - 1)) * Self.ways
    }

    private static func halves(_ hash: UInt128) -> (high: UInt64, low: UInt64) {
        (UInt64(truncatingIfNeeded: hash >> 64), UInt64(truncatingIfNeeded: hash))
    }
}
