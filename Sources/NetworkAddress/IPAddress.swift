/// An IPv4 or IPv6 address, as bits.
///
/// An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is folded to the IPv4 address it stands for, so that one client has
/// one spelling. Zone ids (`fe80::1%eth0`) are refused: they mean something on one host only.
public struct IPAddress: Hashable, Sendable {
    public enum Family: Sendable { case v4, v6 }

    public let family: Family
    /// The address in network order, right-aligned: an IPv4 address fills the low 32 bits.
    public let bits: UInt128

    public init(v4 bits: UInt32) {
        self.init(family: .v4, bits: UInt128(bits))
    }

    public init(v6 bits: UInt128) {
        if bits >> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(family: .v6, bits: bits)
        }
    }

    private init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// Whether this is exactly `127.0.0.1` or `::1`: what the guide calls localhost.
    ///
    /// The rest of 127.0.0.0/8 is not, so that several strangers can live on one machine.
    public var isLoopback: Bool {
        switch family {
        case .v4: bits == 0x7f00_0001
        case .v6: bits == 1
        }
    }

    /// What a limit counts this client under: the whole address of IPv4, the network of IPv6.
    ///
    /// An IPv6 network is given out as a whole, so whoever has one could be a new client with each request. No key of
    /// one family is a key of the other, and `::1` has its own, because it is a machine and no network.
    ///
    /// - Parameter v6PrefixLength: How many leading bits are one client, 0 to 128.
    /// - Returns: The key; with the same prefix length, equal for one client and different for two.
    public func limitKey(v6PrefixLength: Int = 64) -> UInt128 {
        precondition((0...128).contains(v6PrefixLength), "an IPv6 prefix has 0 to 128 bits")
        switch family {
        // As its IPv4-mapped spelling, which no address of the other family has.
        case .v4: return 0xffff << 32 | bits
        case .v6: return isLoopback ? bits : bits & ~(UInt128.max >> UInt128(v6PrefixLength))
        }
    }
}
