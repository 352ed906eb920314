import Crypto

/// Hashes an object's bytes as they pass and, at the end, holds the client to what it promised.
///
/// MD5 is always computed, because it is the ETag; the rest only when promised.
public struct PayloadDigests: Sendable {
    private let plan: PayloadPlan
    private var md5 = Insecure.MD5()
    private var sha256: SHA256?
    private var checksum: (algorithm: ChecksumAlgorithm, digest: ChecksumDigest)?
    public private(set) var count: Int64 = 0

    public init(_ plan: PayloadPlan) {
        self.plan = plan
        if case .plain(.some) = plan.form { sha256 = SHA256() }
        if let algorithm = plan.checksum?.algorithm ?? plan.trailer {
            checksum = (algorithm, ChecksumDigest(algorithm))
        }
    }

    public mutating func update(_ bytes: [UInt8]) {
        count += Int64(bytes.count)
        md5.update(data: bytes)
        sha256?.update(data: bytes)
        checksum?.digest.update(bytes)
    }

    /// Compares everything promised with everything received.
    ///
    /// - Parameter trailers: The trailer fields of the body; none for a plain body.
    /// - Returns: What is to be stored with the object.
    /// - Throws: `S3Error` for the first promise that was not kept.
    public func finish(trailers: HeaderList = HeaderList([])) throws(S3Error) -> PayloadSummary {
        guard plan.size == nil || plan.size == count else {
            throw S3Error(.incompleteBody, "You did not provide the number of bytes specified by the length.")
        }
        if case .plain(let promised?) = plan.form, let sha256, !sha256.finalize().elementsEqual(promised) {
            throw S3Error(.contentSHA256Mismatch, "The provided x-amz-content-sha256 does not match what was computed.")
        }
        let md5 = Array(md5.finalize())
        guard plan.md5 == nil || plan.md5 == md5 else {
            throw S3Error(.badDigest, "The Content-MD5 you specified did not match what we received.")
        }
        guard let checksum else { return PayloadSummary(md5: md5, checksum: nil, size: count) }
        let computed = Checksum(checksum.algorithm, value: Base64.encode(checksum.digest.value))
        guard let promised = plan.checksum?.value ?? trailers[checksum.algorithm.headerName] else {
            throw S3Error(.malformedTrailer, "The trailer named by x-amz-trailer is missing.")
        }
        guard promised == computed.value else {
            throw S3Error(
                .badDigest, "The \(checksum.algorithm.headerName) you specified did not match what we received.")
        }
        return PayloadSummary(md5: md5, checksum: computed, size: count)
    }
}

/// What is known of a body that was received whole.
public struct PayloadSummary: Equatable, Sendable {
    public let md5: [UInt8]
    public let checksum: Checksum?
    public let size: Int64

    public var etag: String { Hexadecimal.encode(md5) }
}
