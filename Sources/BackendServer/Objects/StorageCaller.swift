import S3

/// Who may do what in storage: a job in its own bucket, people in those of the jobs that they may see, for reading.
enum StorageCaller: Equatable {
    case job(BucketName)
    /// Somebody who reads what these jobs brought, or nil for all.
    case reader(of: Set<String>?)

    /// The place that a bucket's name means to this caller.
    enum Place: Equatable {
        case bucket(BucketName)
        /// The outputs of these jobs, or nil for all, as one bucket, where the newest wins.
        case outputs(of: Set<String>?)
    }

    /// Resolves a bucket's name.
    ///
    /// To a job, `outputs` and its own id are the same bucket and nothing else exists: not even an answer that would
    /// tell it whether another job does. To people, a bucket that is not theirs is refused whether it exists or not.
    ///
    /// - Throws: `S3Error` with `AccessDenied`.
    func place(_ bucket: String) throws(S3Error) -> Place {
        switch self {
        case .job(let own):
            guard bucket == BucketName.outputs || bucket == own.text else {
                throw S3Error(.accessDenied, "Access Denied")
            }
            return .bucket(own)
        case .reader(let jobs):
            if bucket == BucketName.outputs { return .outputs(of: jobs) }
            guard jobs?.contains(bucket) ?? true else { throw S3Error(.accessDenied, "Access Denied") }
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
