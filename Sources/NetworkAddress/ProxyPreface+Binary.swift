extension ProxyPreface {
    /// Version 2: signature, version and command, family and protocol, length; addresses; extensions as
    /// type-length-value.
    static func parseBinary(_ bytes: Span<UInt8>) -> Verdict {
        let commandIndex = binarySignature.count
        guard bytes[commandIndex] >> 4 == 2 else { return .malformed(.badVersion) }
        guard let command = Command(rawValue: bytes[commandIndex] & 0x0f) else { return .malformed(.badCommand) }
        guard bytes.count > commandIndex + 1 else { return .needsMore }
        // The sender of LOCAL speaks for itself, and its family is to be ignored.
        let origin = command == .local ? .unspecified : Origin(rawValue: bytes[commandIndex + 1])
        guard let origin else { return .malformed(.badProtocol) }
        guard bytes.count >= headCount else { return .needsMore }
        let count = headCount + number(bytes, at: headCount - 2)
        guard count <= Limits.binary else { return .malformed(.tooLong) }
        let addressEnd = headCount + origin.addressCount
        guard count >= addressEnd else { return .malformed(.badLength) }
        guard bytes.count >= count else { return .needsMore }
        // What follows an unspecified origin has no form that could be checked.
        if origin != .unspecified, let flaw = flawOfExtensions(bytes.extracting(first: count), from: addressEnd) {
            return .malformed(flaw)
        }
        return .parsed(source: source(bytes, origin), count: count)
    }

    /// Bytes before the addresses.
    private static let headCount = 16

    private enum Command: UInt8 {
        case local = 0
        case proxy = 1
    }

    /// Family and protocol of the forwarded connection: the seven pairs that exist.
    private enum Origin: UInt8 {
        case unspecified = 0x00
        case stream4 = 0x11
        case datagram4 = 0x12
        case stream6 = 0x21
        case datagram6 = 0x22
        case localStream = 0x31
        case localDatagram = 0x32

        /// Two addresses, and two ports where there are any.
        var addressCount: Int {
            switch self {
            case .unspecified: 0
            case .stream4, .datagram4: 12
            case .stream6, .datagram6: 36
            case .localStream, .localDatagram: 216
            }
        }
    }

    /// A datagram's address is as good as a stream's: a balancer may take QUIC and forward it over TCP.
    private static func source(_ bytes: Span<UInt8>, _ origin: Origin) -> IPAddress? {
        switch origin {
        case .unspecified, .localStream, .localDatagram: return nil
        case .stream4, .datagram4: return IPAddress(v4: UInt32(bits(bytes, 4)))
        case .stream6, .datagram6: return IPAddress(v6: bits(bytes, 16))
        }
    }

    private static func bits(_ bytes: Span<UInt8>, _ count: Int) -> UInt128 {
        var bits: UInt128 = 0
        for index in headCount..<headCount + count { bits = bits << 8 | UInt128(bytes[index]) }
        return bits
    }

    private static func number(_ bytes: Span<UInt8>, at index: Int) -> Int {
        Int(bytes[index]) << 8 | Int(bytes[index + 1])
    }

    private static let checksumType: UInt8 = 0x03

    /// Walks the extensions, which must end where the preface does; the checksum may be there once.
    private static func flawOfExtensions(_ preface: Span<UInt8>, from start: Int) -> Flaw? {
        var index = start
        var checksum: Int?
        while index < preface.count {
            guard index + 3 <= preface.count else { return .badExtension }
            let (type, value) = (preface[index], index + 3)
            index = value + number(preface, at: index + 1)
            guard index <= preface.count else { return .badExtension }
            guard type == checksumType else { continue }
            guard checksum == nil, index - value == 4 else { return .badExtension }
            checksum = value
        }
        guard let checksum else { return nil }
        return CRC32C.of(preface, zeroing: checksum..<checksum + 4) == CRC32C.written(preface, at: checksum)
            ? nil : .badChecksum
    }
}
