import S3
import Synchronization

/// Upload tokens that belong to no job, for as long as a probe of the storage endpoint takes; no more
/// than there may be probes.
final class ProbeGrants: Sendable {
    private let grants = Mutex<[[UInt8]: UploadGrants.Grant]>([:])

    /// Makes a token good; `withdraw` has to follow.
    func issue(_ token: String, _ grant: UploadGrants.Grant) {
        grants.withLock { $0[UploadTokens.hash(token)] = grant }
    }

    func withdraw(_ token: String) {
        grants.withLock { $0[UploadTokens.hash(token)] = nil }
    }

    func find(_ tokenHash: [UInt8]) -> UploadGrants.Grant? { grants.withLock { $0[tokenHash] } }
}
