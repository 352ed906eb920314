import HTTPTypes
import Hummingbird
import Jobs
import ObjectStore
import S3

/// The S3 endpoint, `/api/cloud/storage/{bucket}/{key}`.
///
/// One handler for every path below it, because the router knows paths and S3 knows keys: what `S3Request` reads is the
/// request target as the client sent it. Whoever asks is known before a body is asked for, and what a refused client
/// has sent anyway is neither kept nor read to its end.
struct ObjectRoutes: Sendable {
    private let authority: UploadAuthority
    private let reading: ObjectReading
    private let writing: ObjectWriting
    private let listing: BucketListing
    private let publicHost: String?
    private let isOpen: @Sendable () async throws -> Bool

    /// Puts the endpoint together.
    ///
    /// - Parameters:
    ///   - store: Where the objects are.
    ///   - tokens: Recomputes what a job was given.
    ///   - grants: Which tokens live.
    ///   - ownJobs: The jobs of a user.
    ///   - activity: Learns what is uploaded.
    ///   - publicHost: Host and port of the public address, which clients may have signed.
    ///   - isOpen: Whether the endpoint is switched on. The gateway refuses before us; this holds while it has no policy.
    ///   - clock: Tells the time.
    init(
        store: ObjectStore, tokens: UploadTokens, grants: UploadGrants,
        ownJobs: @escaping @Sendable (_ user: Int64) async throws -> Set<String>, activity: UploadActivity,
        publicHost: String? = nil, isOpen: @escaping @Sendable () async throws -> Bool,
        clock: @escaping Clock = { Timestamp.now() }
    ) {
        authority = UploadAuthority(tokens: tokens, grants: grants, ownJobs: ownJobs, clock: clock)
        reading = ObjectReading(store: store)
        writing = ObjectWriting(store: store, activity: activity)
        listing = BucketListing(store: store)
        self.publicHost = publicHost
        self.isOpen = isOpen
    }

    func add(to router: some RouterMethods<BackendContext>) {
        for method in [HTTPRequest.Method.get, .head, .put, .post, .delete] {
            for path in [StorageCall.prefix, StorageCall.prefix + "/**"] {
                router.on(RouterPath(path), method: method, use: respond)
            }
        }
    }

    @Sendable private func respond(_ request: Request, context: BackendContext) async throws -> Response {
        let call = StorageCall(request, context, publicHost: publicHost)
        var response: Response
        var credential: UploadAuthority.Credential?
        do {
            guard try await isOpen() else { throw S3Error.switchedOff }
            let asked = try call.parsed()
            let caller = try await authority.caller(of: call, for: asked.operation)
            credential = UploadAuthority.Credential(of: call)
            response = try await answer(asked, to: caller, call)
        } catch {
            response = try StorageRefusal.response(error, to: call)
            if call.hasBody { response = context.lastAnswer(response) }
        }
        // The gateway counts whom we know by what we know them by.
        if let credential { response.headers[.verified] = credential.rawValue }
        if call.dialect == .xml { response.headers[.amzRequestID] = call.requestID }
        return response
    }

    private func answer(_ asked: S3Request, to caller: StorageCaller, _ call: StorageCall) async throws -> Response {
        guard let bucket = asked.bucket else { return try await listing.buckets(caller, call) }
        let place = try caller.place(bucket)
        guard let key = asked.key else { return try await onBucket(asked.operation, place, named: bucket, call) }
        switch (asked.operation, place) {
        case (.getObject, _), (.headObject, _):
            return try await reading.answer(try await reading.find(key, in: place), call)
        case (_, .bucket(let own)):
            let name = ObjectName(bucket: own, key: try StorageCaller.key(key, in: own))
            return try await writing.answer(asked.operation, name, asked: (bucket, key), call)
        case (_, .outputs):
            throw S3Error(.accessDenied, "Access Denied")
        }
    }

    private func onBucket(
        _ operation: S3Request.Operation, _ place: StorageCaller.Place, named bucket: String, _ call: StorageCall
    ) async throws -> Response {
        switch operation {
        case .listObjects(let query): try await listing.objects(place, named: bucket, query, call)
        case .bucketLocation: Response(.location)
        case .bucketVersioning: Response(.versioning)
        case .headBucket, .createBucket: Response(status: .ok)
        default: throw S3Error(.methodNotAllowed, "The method is not allowed against this resource.")
        }
    }
}

extension S3Error {
    /// The gateway's own sentence, with the code that S3 gives to what is not there.
    fileprivate static let switchedOff = S3Error(
        .noSuchBucket, "The storage endpoint is switched off (s3_endpoint_enabled).")
}
