/// A range of addresses in CIDR notation (RFC 4632): `10.0.0.0/8`, or a single address.
public struct CIDRBlock: Hashable, Sendable, CustomStringConvertible {
    /// The first address: host bits that were written are cleared, as SimpleTuner does.
    public let network: IPAddress
    public let prefixLength: Int

    /// Parses `address/length` or `address`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = IPAddress(first) else { return nil }
        let width = Self.width(of: address.family)
        var length = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), let written = Self.length(parts[1]) else { return nil }
            // A mapped address was written with the 128-bit length of its IPv6 spelling.
            length = address.family == .v4 && first.contains(":") ? written - 96 : written
        }
        guard (0...width).contains(length) else { return nil }
        prefixLength = length
        let kept = address.bits & Self.mask(length, of: width)
        network = address.family == .v4 ? IPAddress(v4: UInt32(kept)) : IPAddress(v6: kept)
    }

    /// The block of so many leading bits that has an address.
    ///
    /// - Parameters:
    ///   - address: One of its addresses.
    ///   - prefixLength: 0 to 32 for an IPv4 address, to 128 for another.
    public init(_ address: IPAddress, prefixLength: Int) {
        let width = Self.width(of: address.family)
        precondition((0...width).contains(prefixLength), "a prefix is no longer than its address")
        self.prefixLength = prefixLength
        let kept = address.bits & Self.mask(prefixLength, of: width)
        network = address.family == .v4 ? IPAddress(v4: UInt32(kept)) : IPAddress(v6: kept)
    }

    public func contains(_ address: IPAddress) -> Bool {
        let width = Self.width(of: network.family)
        return address.family == network.family && address.bits & Self.mask(prefixLength, of: width) == network.bits
    }

    /// The first and the last address, as ``IPAddress/bits``.
    var bitRange: ClosedRange<UInt128> {
        let width = Self.width(of: network.family)
        return network
            .bits...(network.bits | (UInt128.max >> UInt128(128 - width)) & ~Self.mask(prefixLength, of: width))
    }

    public var description: String { "\(network)/\(prefixLength)" }

    /// A leading zero is refused as in an address: some readers take what follows for octal.
    private static func length(_ text: some StringProtocol) -> Int? {
        guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return text.utf8.allSatisfy { ($0.hexDigit ?? 10) < 10 } ? Int(text) : nil
    }

    private static func width(of family: IPAddress.Family) -> Int {
        switch family {
        case .v4: 32
        case .v6: 128
        }
    }

    private static func mask(_ length: Int, of width: Int) -> UInt128 {
        let all = width == 32 ? UInt128(UInt32.max) : UInt128.max
        return all & (all << UInt128(width - length))
    }
}
