import NetworkAddress
import Synchronization

/// How many connections each client has open, over all workers.
///
/// Bounded by the number of connections there may be in all: an address without a connection is not in it.
final class ConnectionCensus: Sendable {
    private struct Shard: ~Copyable {
        let counts = Mutex<[UInt128: Int]>([:])
    }

    private let shards: [8 of Shard] = .init { _ in Shard() }

    /// Counts one more connection of a client.
    ///
    /// - Parameters:
    ///   - address: Whose; all of an IPv6 /64 is one client, since it is given out as a whole.
    ///   - limit: How many a client may have.
    /// - Returns: Whether it may have this one; otherwise nothing was counted.
    func enter(_ address: IPAddress, limit: Int) -> Bool {
        let key = address.limitKey()
        return shards[Self.shard(key)].counts.withLock { counts in
            guard counts[key, default: 0] < limit else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    /// Takes back what ``enter(_:limit:)`` counted.
    func leave(_ address: IPAddress) {
        let key = address.limitKey()
        shards[Self.shard(key)].counts.withLock { counts in
            guard let count = counts[key] else { preconditionFailure("a client left that had not entered") }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }

    private static func shard(_ key: UInt128) -> Int {
        // The network part varies in the high half of IPv6 and in the low bits of IPv4.
        let mixed = UInt64(truncatingIfNeeded: key ^ key >> 64) &* 0x9e37_79b9_7f4a_7c15
        return Int(mixed >> 61)
    }
}
