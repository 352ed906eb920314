import HTTPTypes
import Hummingbird
import NIOCore
import ObjectStore
import S3

/// Answers GET and HEAD of an object.
struct ObjectReading: Sendable {
    let store: ObjectStore

    static let blockBytes: Int64 = 256 * 1024

    /// Opens the object that a key means in a place.
    ///
    /// Among all outputs the newest file wins, as in the list of them; a key may also begin with the job's id.
    func find(_ key: ObjectKey, in place: StorageCaller.Place) async throws -> StoredObject {
        try await onDisk {
            switch place {
            case .bucket(let bucket):
                return try store.open(ObjectName(bucket: bucket, key: StorageCaller.key(key, in: bucket)))
            case .outputs(let jobs):
                var newest: StoredObject?
                for bucket in try store.buckets() where jobs?.contains(bucket.name.text) ?? true {
                    let name = ObjectName(bucket: bucket.name, key: try StorageCaller.key(key, in: bucket.name))
                    guard let object = try? store.open(name) else { continue }
                    if newest.map({ $0.modified < object.modified }) ?? true { newest = object }
                }
                guard let newest else { throw ObjectStoreError.noSuchKey }
                return newest
            }
        }
    }

    func answer(_ object: StoredObject, _ call: StorageCall) async throws -> Response {
        try checkConditions(object, call)
        let range = try call.headers["range"].flatMap { header throws in try ByteRange(header, size: object.size) }
        var headers = headers(object, call, isWhole: range == nil)
        if let range { headers[.contentRange] = range.contentRange(of: object.size) }
        let count = range?.count ?? object.size
        headers[.contentLength] = String(count)
        return Response(
            status: range == nil ? .ok : .partialContent,
            headers: headers,
            body: call.request.method == .head ? ResponseBody() : body(object, from: range?.first ?? 0, count: count)
        )
    }

    private func body(_ object: StoredObject, from start: Int64, count: Int64) -> ResponseBody {
        ResponseBody(contentLength: Int(count)) { writer in
            var offset = start
            while offset < start + count {
                let position = offset
                let wanted = Int(min(Self.blockBytes, start + count - position))
                let block = try await onDisk { try object.read(at: position, count: wanted) }
                // Somebody cut the file short; the length is promised, so the connection has to break.
                guard !block.isEmpty else { throw ObjectStoreError.noSuchKey }
                try await writer.write(ByteBuffer(bytes: block))
                offset += Int64(block.count)
            }
            try await writer.finish(nil)
        }
    }

    private func checkConditions(_ object: StoredObject, _ call: StorageCall) throws(S3Error) {
        if let wanted = call.headers["if-match"], !Self.names(wanted, object.metadata.etag) {
            throw S3Error(.preconditionFailed, "At least one of the pre-conditions you specified did not hold.")
        }
        if let known = call.headers["if-none-match"], Self.names(known, object.metadata.etag) {
            throw S3Error(.notModified, "Not modified.")
        }
    }

    /// Whether a list of entity tags holds this one (RFC 9110, section 13.1.1); quotes are optional, as clients do.
    private static func names(_ header: String, _ etag: String) -> Bool {
        header.split(separator: ",").contains { item in
            let tag = item.filter { $0 != " " && $0 != "\"" }
            return tag == "*" || tag == etag || tag == "W/" + etag
        }
    }

    private func headers(_ object: StoredObject, _ call: StorageCall, isWhole: Bool) -> HTTPFields {
        var headers = HTTPFields()
        for (name, value) in object.metadata.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if headers[.contentType] == nil { headers[.contentType] = "application/octet-stream" }
        // What a job uploaded is shown by no browser as a page of ours.
        let disposition = headers[.contentDisposition] ?? ""
        if !disposition.lowercased().hasPrefix("attachment") { headers[.contentDisposition] = "attachment" }
        headers[.noSniff] = "nosniff"
        headers[.contentPolicy] = "default-src 'none'; sandbox"
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = "\"\(object.metadata.etag)\""
        headers[.lastModified] = CivilTime(secondsSince1970: Int64(object.modified)).http
        if let checksum = object.metadata.checksum, isWhole,
            call.headers["x-amz-checksum-mode"]?.lowercased() == "enabled"
        {
            headers[.storage(checksum.algorithm.headerName)] = checksum.value
            headers[.amzChecksumType] = checksum.typeName
        }
        return headers
    }
}
