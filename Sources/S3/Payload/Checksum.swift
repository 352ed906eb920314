import Crypto

/// The checksums that SDKs send with an object, in `x-amz-checksum-…`.
public enum ChecksumAlgorithm: String, Sendable, CaseIterable {
    case crc32
    case crc32c
    case crc64nvme
    case sha1
    case sha256

    /// `x-amz-checksum-crc32`, as a header and as a trailer.
    public var headerName: String { "x-amz-checksum-\(rawValue)" }

    /// `ChecksumCRC32`, as XML has it.
    public var elementName: String { "Checksum\(rawValue.uppercased())" }

    var byteCount: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }
}

/// One checksum and its value in Base64; `value-N` for one of N parts.
public struct Checksum: Equatable, Sendable {
    public let algorithm: ChecksumAlgorithm
    public let value: String

    public init(_ algorithm: ChecksumAlgorithm, value: String) {
        self.algorithm = algorithm
        self.value = value
    }

    /// `COMPOSITE` for one of parts, else `FULL_OBJECT`.
    public var typeName: String { value.contains("-") ? "COMPOSITE" : "FULL_OBJECT" }

    /// The checksum of an object made of parts: over the parts' checksums, not over the bytes.
    ///
    /// - Parameter parts: The parts' own checksums, in order.
    /// - Returns: Nil where they differ in kind, one is missing, or the kind is not combined in this way.
    public static func composite(of parts: [Checksum?]) -> Checksum? {
        guard let algorithm = parts.first??.algorithm, algorithm != .crc64nvme else { return nil }
        var digest = ChecksumDigest(algorithm)
        for part in parts {
            guard let part, part.algorithm == algorithm, let bytes = Base64.decode(part.value) else { return nil }
            digest.update(bytes)
        }
        return Checksum(algorithm, value: "\(Base64.encode(digest.value))-\(parts.count)")
    }
}

/// A checksum on its way.
enum ChecksumDigest: Sendable {
    case crc32(CyclicRedundancy<UInt32>)
    case crc64(CyclicRedundancy<UInt64>)
    case sha1(Insecure.SHA1)
    case sha256(SHA256)

    init(_ algorithm: ChecksumAlgorithm) {
        switch algorithm {
        case .crc32: self = .crc32(CyclicRedundancy(CyclicRedundancyTables.crc32))
        case .crc32c: self = .crc32(CyclicRedundancy(CyclicRedundancyTables.crc32c))
        case .crc64nvme: self = .crc64(CyclicRedundancy(CyclicRedundancyTables.crc64nvme))
        case .sha1: self = .sha1(Insecure.SHA1())
        case .sha256: self = .sha256(SHA256())
        }
    }

    var value: [UInt8] {
        switch self {
        case .crc32(let digest): digest.value
        case .crc64(let digest): digest.value
        case .sha1(let digest): Array(digest.finalize())
        case .sha256(let digest): Array(digest.finalize())
        }
    }

    mutating func update(_ bytes: [UInt8]) {
        switch self {
        case .crc32(var digest):
            digest.update(bytes)
            self = .crc32(digest)
        case .crc64(var digest):
            digest.update(bytes)
            self = .crc64(digest)
        case .sha1(var digest):
            digest.update(data: bytes)
            self = .sha1(digest)
        case .sha256(var digest):
            digest.update(data: bytes)
            self = .sha256(digest)
        }
    }
}
