public import NetworkAddress

/// An address of either family in a form that sorts, so that a range of addresses is a range of keys.
///
/// IPv4 comes before IPv6 and is in none of its ranges, as in ``NetworkAddress/CIDRBlock``.
public struct AddressKey: Hashable, Comparable, Sendable {
    private let family: UInt8
    private let bits: UInt128

    public init(_ address: IPAddress) {
        family = address.family == .v4 ? 4 : 6
        bits = address.bits
    }

    private init(family: UInt8, bits: UInt128) {
        self.family = family
        self.bits = bits
    }

    /// 17 bytes, the family's number and the address in network order: a database compares them as the keys compare.
    public var bytes: [UInt8] {
        [family] + stride(from: 120, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt128($0)) }
    }

    /// The keys of all addresses in a block.
    public static func range(of block: CIDRBlock) -> ClosedRange<AddressKey> {
        let first = AddressKey(block.network)
        let hostBits = (first.family == 4 ? 32 : 128) - block.prefixLength
        let hosts: UInt128 = hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
        return first...AddressKey(family: first.family, bits: first.bits | hosts)
    }

    public static func < (left: AddressKey, right: AddressKey) -> Bool {
        (left.family, left.bits) < (right.family, right.bits)
    }
}
