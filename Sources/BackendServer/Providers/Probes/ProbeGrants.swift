import S3
import Synchronization

/// Upload tokens that belong to no job, for as long as a probe of the storage endpoint takes.
final class ProbeGrants: Sendable {
    private static let grantsMax = 8

    private let grants = Mutex<[[UInt8]: UploadGrants.Grant]>([:])

    /// Makes a token good; `withdraw` has to follow.
    ///
    /// - Returns: False when too many are.
    func issue(_ token: String, _ grant: UploadGrants.Grant) -> Bool {
        grants.withLock { grants in
            guard grants.count < Self.grantsMax else { return false }
            grants[UploadTokens.hash(token)] = grant
            return true
        }
    }

    func withdraw(_ token: String) {
        grants.withLock { $0[UploadTokens.hash(token)] = nil }
    }

    func find(_ tokenHash: [UInt8]) -> UploadGrants.Grant? { grants.withLock { $0[tokenHash] } }
}
