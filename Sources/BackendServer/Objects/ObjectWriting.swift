import HTTPTypes
import Hummingbird
import JSON
import Jobs
import ObjectStore
import S3
import Synchronization

/// Answers what changes an object: PUT, DELETE, and uploads in parts.
struct ObjectWriting: Sendable {
    let store: ObjectStore
    let activity: UploadActivity

    /// The largest object or part that is taken in one request.
    static let bodyBytesMax: Int64 = 64 * 1024 * 1024 * 1024

    private static let refusedHeaders = [
        "x-amz-copy-source", "x-amz-server-side-encryption-customer-algorithm", "x-amz-write-offset-bytes",
    ]

    /// Does it.
    ///
    /// - Parameters:
    ///   - operation: What is to be done.
    ///   - name: The object, in its real bucket.
    ///   - asked: Bucket and key as the client calls them.
    ///   - call: The request; its body has not been asked for yet.
    /// - Returns: The answer, when what it says is on disk.
    /// - Throws: `S3Error` or `ObjectStoreError`.
    func answer(
        _ operation: S3Request.Operation, _ name: ObjectName, asked: (bucket: String, key: ObjectKey),
        _ call: StorageCall
    ) async throws -> Response {
        if let header = Self.refusedHeaders.first(where: { call.headers[$0] != nil }) {
            throw S3Error(.notImplemented, "The header \(header) implies functionality that is not implemented.")
        }
        switch operation {
        case .putObject:
            return try await put(name, asked: asked, call)
        case .deleteObject:
            try await onDisk { try store.remove(name) }
            return Response(status: .noContent)
        case .createUpload:
            let headers = try ObjectHeaders.kept(of: call.headers)
            let id = try await onDisk { try store.createUpload(name, headers: headers) }
            activity.begin(name.bucket, name.key, total: nil, inParts: true)
            return Response(.uploadCreated(bucket: asked.bucket, key: asked.key, upload: id))
        case .uploadPart(let id, let number):
            return try await putPart(number, of: id, name, call)
        case .completeUpload(let id):
            return try await complete(id, name, asked: asked, call)
        case .abortUpload(let id):
            try await onDisk { try store.abortUpload(id, for: name) }
            activity.end(name.bucket, name.key, .failed)
            return Response(status: .noContent)
        default:
            throw S3Error(.methodNotAllowed, "The method is not allowed against this resource.")
        }
    }

    private func put(
        _ name: ObjectName, asked: (bucket: String, key: ObjectKey), _ call: StorageCall
    ) async throws -> Response {
        let reader = try PayloadReader(call.headers, bytesMax: Self.bodyBytesMax)
        let headers = try ObjectHeaders.kept(of: call.headers)
        let onlyIfAbsent = call.headers["if-none-match"] == "*"
        let staged = try await onDisk {
            try store.stage(for: name, size: reader.plan.size, onlyIfAbsent: onlyIfAbsent)
        }
        activity.begin(name.bucket, name.key, total: reader.plan.size, inParts: false)
        do {
            let summary = try await receive(reader, into: staged, name, call)
            let metadata = ObjectMetadata(etag: summary.etag, checksum: summary.checksum, headers: headers)
            try await onDisk { try store.publish(staged, as: name, metadata: metadata, onlyIfAbsent: onlyIfAbsent) }
            activity.end(name.bucket, name.key, .complete)
            return stored(summary, asked: asked, call)
        } catch {
            activity.end(name.bucket, name.key, .failed)
            throw error
        }
    }

    private func putPart(_ number: Int, of id: String, _ name: ObjectName, _ call: StorageCall) async throws -> Response
    {
        let reader = try PayloadReader(call.headers, bytesMax: Self.bodyBytesMax)
        let staged = try await onDisk { try store.stagePart(of: id, for: name, size: reader.plan.size) }
        let summary = try await receive(reader, into: staged, name, call)
        let metadata = ObjectMetadata(etag: summary.etag, checksum: summary.checksum)
        try await onDisk { try store.keepPart(number, of: id, for: name, staged, metadata: metadata) }
        activity.finishPart(name.bucket, name.key)
        return Response(status: .ok, headers: Self.headers(summary))
    }

    private func receive(
        _ reader: PayloadReader, into staged: StagedObject, _ name: ObjectName, _ call: StorageCall
    ) async throws -> PayloadSummary {
        try await call.context.acceptBody(of: call.request)
        return try await reader.read(call.request.body) { block in
            try staged.write(block)
            activity.received(block.count, name.bucket, name.key)
        }
    }

    private func complete(
        _ id: String, _ name: ObjectName, asked: (bucket: String, key: ObjectKey), _ call: StorageCall
    ) async throws -> Response {
        let reader = try PayloadReader(call.headers, bytesMax: Int64(CompleteUpload.documentBytesMax))
        try await call.context.acceptBody(of: call.request)
        let document = CollectedBody()
        _ = try await reader.read(call.request.body) { document.append($0) }
        let wanted = try CompleteUpload(document.bytes)
        let metadata = try await onDisk { try store.completeUpload(id, for: name, wanted) }
        activity.end(name.bucket, name.key, .complete)
        let scheme = call.headers["x-forwarded-proto"] == "http" ? "http" : "https"
        let location = "\(scheme)://\(call.signed.hosts.first ?? "localhost")\(call.signed.path)"
        return Response(
            .uploadCompleted(
                location: location, bucket: asked.bucket, key: asked.key, etag: metadata.etag,
                checksum: metadata.checksum))
    }

    /// Empty for S3's clients, which fail on a body; SimpleTuner's read theirs.
    private func stored(
        _ summary: PayloadSummary, asked: (bucket: String, key: ObjectKey), _ call: StorageCall
    ) -> Response {
        guard call.dialect == .json else { return Response(status: .ok, headers: Self.headers(summary)) }
        var response = Response([
            "ETag": .string("\"\(summary.etag)\""), "Key": .string(asked.key.text), "Bucket": .string(asked.bucket),
        ])
        response.headers.append(contentsOf: Self.headers(summary))
        return response
    }

    private static func headers(_ summary: PayloadSummary) -> HTTPFields {
        var headers: HTTPFields = [.eTag: "\"\(summary.etag)\""]
        if let checksum = summary.checksum { headers[.storage(checksum.algorithm.headerName)] = checksum.value }
        return headers
    }
}

/// A small body, kept whole.
private final class CollectedBody: Sendable {
    private let collected = Mutex<[UInt8]>([])

    var bytes: [UInt8] { collected.withLock { $0 } }

    func append(_ block: [UInt8]) { collected.withLock { $0 += block } }
}
