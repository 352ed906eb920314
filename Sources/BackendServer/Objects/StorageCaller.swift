import S3

/// Who may do what in storage: a job in its own bucket, the machine's own user in all of them, for reading.
enum StorageCaller: Equatable {
    case job(BucketName)
    case admin

    /// The place that a bucket's name means to this caller.
    enum Place: Equatable {
        case bucket(BucketName)
        /// Every job's outputs as one bucket, where the newest wins.
        case allOutputs
    }

    /// Resolves a bucket's name.
    ///
    /// To a job, `outputs` and its own id are the same bucket and nothing else exists: not even an answer that would
    /// tell it whether another job does.
    ///
    /// - Throws: `S3Error` with `AccessDenied`.
    func place(_ bucket: String) throws(S3Error) -> Place {
        switch self {
        case .job(let own):
            guard bucket == BucketName.outputs || bucket == own.text else {
                throw S3Error(.accessDenied, "Access Denied")
            }
            return .bucket(own)
        case .admin:
            if bucket == BucketName.outputs { return .allOutputs }
            guard let name = BucketName(bucket) else { throw S3Error(.noSuchKey, "There is no bucket of that name.") }
            return .bucket(name)
        }
    }

    /// A job's key without its own id in front, which some clients put there.
    static func key(_ key: ObjectKey, in bucket: BucketName) throws(S3Error) -> ObjectKey {
        let own = bucket.text + "/"
        guard key.hasPrefix(own), key.text.utf8.count > own.utf8.count else { return key }
        return try ObjectKey(String(Substring(key.text.utf8.dropFirst(own.utf8.count))))
    }
}
