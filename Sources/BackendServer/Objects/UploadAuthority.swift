import Accounts
import HTTPTypes
import Hummingbird
import Jobs
import S3

/// Finds out who is calling, from the head of a request alone: before a byte of a body is asked for.
struct UploadAuthority: Sendable {
    let tokens: UploadTokens
    let grants: UploadGrants
    /// The jobs of a user.
    let ownJobs: @Sendable (_ user: Int64) async throws -> Set<String>
    let clock: Clock

    /// Where a caller's credential was, in the order in which it is looked for, by the names that the gateway knows.
    enum Credential: String {
        case token, header, query

        /// The place that counted in a request whose caller was found; nil for people.
        init?(of call: StorageCall) {
            if call.headers["x-upload-token"] ?? call.headers["x-simpletuner-secret"] != nil {
                self = .token
            } else if let claim = try? SignatureClaim.find(in: call.signed) {
                if case .query = claim.place { self = .query } else { self = .header }
            } else {
                return nil
            }
        }
    }

    /// Identifies the caller.
    ///
    /// A token in a header counts whatever signature comes with it, because SimpleTuner's clients sign that header too,
    /// with credentials of their own.
    ///
    /// - Parameters:
    ///   - call: The request.
    ///   - operation: What it wants; to change something, people need a token as well.
    /// - Returns: Whose request it is.
    /// - Throws: `Refusal` with 401 in JSON, `S3Error` with 403 to a client that signs.
    func caller(of call: StorageCall, for operation: S3Request.Operation) async throws -> StorageCaller {
        if let token = call.headers["x-upload-token"] ?? call.headers["x-simpletuner-secret"] {
            guard let bucket = try await bucket(token: token) else { throw Self.invalidToken(call.dialect) }
            return .job(bucket)
        }
        if let claim = try SignatureClaim.find(in: call.signed) {
            return .job(try await bucket(claim, call))
        }
        guard let caller = call.context.caller, !operation.isWrite else { throw Self.unauthenticated(operation) }
        if caller.may(.jobViewAll) { return .reader(of: nil) }
        try call.context.require(.jobViewOwn)
        return .reader(of: try await ownJobs(caller.userID))
    }

    private func bucket(token: String) async throws -> BucketName? {
        guard let grant = try await grants.find(UploadTokens.hash(token)),
            ConstantTime.equal(tokens.token(job: grant.job, nonce: grant.nonce).utf8, token.utf8)
        else { return nil }
        return BucketName(grant.job)
    }

    private func bucket(_ claim: SignatureClaim, _ call: StorageCall) async throws -> BucketName {
        let now = clock().microseconds / 1_000_000
        let check = try SignatureCheck(claim, request: call.signed, now: now)
        let mismatch = S3Error(
            .signatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key.")
        if claim.accessKey == UploadTokens.simpleTunerAccessKey {
            for grant in try await grants.active().prefix(UploadGrants.activeMax)
            where check.matches(secret: tokens.token(job: grant.job, nonce: grant.nonce)) {
                if let bucket = BucketName(grant.job) { return bucket }
            }
            throw mismatch
        }
        guard let bucket = try await bucket(token: claim.accessKey) else { throw Self.invalidToken(.xml) }
        let secrets = [tokens.secret(token: claim.accessKey), claim.accessKey]
        guard secrets.contains(where: check.matches) else { throw mismatch }
        return bucket
    }

    private static func unauthenticated(_ operation: S3Request.Operation) -> Refusal {
        let purpose =
            switch operation {
            case _ where operation.isWrite: ". Provide per-job upload token via X-Upload-Token header."
            case .listBuckets: " to list storage buckets. Please log in or provide an API key."
            case .listObjects: " to list storage objects. Please log in or provide an API key."
            default: " to access storage objects. Please log in or provide an API key."
            }
        return Refusal(
            .unauthorized, "Authentication required\(purpose)",
            headers: operation.isWrite ? [:] : [.wwwAuthenticate: "Bearer"])
    }

    private static func invalidToken(_ dialect: StorageCall.Dialect) -> any Error {
        switch dialect {
        case .json: Refusal(.unauthorized, "Invalid upload token. Token must match an active job.")
        case .xml: S3Error(.invalidAccessKeyId, "The access key is no token of an active job.")
        }
    }
}
