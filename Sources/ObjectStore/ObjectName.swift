public import S3

/// One object of one job: `outputs/{bucket}/{key}` on disk, where the bucket is the job's id.
public struct ObjectName: Hashable, Sendable {
    public let bucket: BucketName
    public let key: ObjectKey

    public init(bucket: BucketName, key: ObjectKey) {
        self.bucket = bucket
        self.key = key
    }

    /// The folders from the root of the store, and the file in the last of them.
    var path: (folders: [String], file: String) {
        get throws(ObjectStoreError) {
            guard var folders = key.components, let file = folders.popLast() else { throw .notAPlainPath }
            return ([bucket.text] + folders, file)
        }
    }
}
