public import S3

/// What is kept with an object's bytes, in one extended attribute of its file.
///
/// Bytes and metadata become visible in one step, because the attribute is set before the file has a name.
public struct ObjectMetadata: Equatable, Sendable {
    /// Hexadecimal MD5, or `md5-of-md5s-N`, without quotes.
    public var etag: String
    public var checksum: Checksum?
    /// The header fields to be sent with the object: `content-type`, `x-amz-meta-…`.
    public var headers: [String: String]
    /// The multipart upload that made it, so that a repeated Complete finds its own work.
    var upload: String?
    /// The object that a multipart upload is going to be; only in the upload's own record.
    var target: ObjectName?

    public init(etag: String, checksum: Checksum? = nil, headers: [String: String] = [:]) {
        self.etag = etag
        self.checksum = checksum
        self.headers = headers
    }

    static let bytesMax = 3584

    /// Names and values in turn, each ended by a zero byte, which neither can contain.
    var encoded: [UInt8] {
        var fields = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        fields.append((":etag", etag))
        if let checksum { fields.append((":\(checksum.algorithm.rawValue)", checksum.value)) }
        if let upload { fields.append((":upload", upload)) }
        if let target { fields += [(":bucket", target.bucket.text), (":key", target.key.text)] }
        return fields.flatMap { Array($0.name.utf8) + [0] + Array($0.value.utf8) + [0] }
    }

    init?(encoded: [UInt8]) {
        let parts = encoded.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count % 2 == 1, parts.last?.isEmpty == true else { return nil }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: parts.count - 1, by: 2) { fields[parts[index]] = parts[index + 1] }
        guard let etag = fields[":etag"] else { return nil }
        self.init(etag: etag, headers: fields.filter { !$0.key.hasPrefix(":") })
        for algorithm in ChecksumAlgorithm.allCases {
            if let value = fields[":\(algorithm.rawValue)"] { checksum = Checksum(algorithm, value: value) }
        }
        upload = fields[":upload"]
        if let bucket = fields[":bucket"].flatMap(BucketName.init), let key = fields[":key"] {
            target = (try? ObjectKey(key)).map { ObjectName(bucket: bucket, key: $0) }
        }
    }
}
