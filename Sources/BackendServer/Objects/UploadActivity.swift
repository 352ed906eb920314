import JSON
import Jobs
import S3
import Synchronization

/// What has lately been uploaded, per job, for `upload_progress` in a job's answer.
///
/// Kept in memory only: it says what is going on, not what is stored. Bounded by jobs and by keys per job, and the
/// longest untouched goes first.
final class UploadActivity: Sendable {
    static let jobsMax = 256
    static let keysMax = 100

    enum Outcome: String {
        case complete
        case failed
    }

    private struct Upload {
        let bucket: String
        let key: String
        var received: Int64 = 0
        var total: Int64?
        var partsDone: Int?
        var state = "receiving"
        var updated: Timestamp
    }

    private struct JobUploads {
        var uploads: [ObjectKey: Upload] = [:]
        var files = 0
        var received: Int64 = 0
        var updated: Timestamp
    }

    private let jobs = Mutex<[BucketName: JobUploads]>([:])
    private let clock: Clock

    init(clock: @escaping Clock) {
        self.clock = clock
    }

    /// An object begins anew; its size where it is known.
    func begin(_ bucket: BucketName, _ key: ObjectKey, total: Int64?, inParts: Bool) {
        change(bucket, key) { upload, _ in
            upload.received = 0
            upload.total = total
            upload.partsDone = inParts ? 0 : nil
            upload.state = "receiving"
        }
    }

    func received(_ count: Int, _ bucket: BucketName, _ key: ObjectKey) {
        change(bucket, key) { upload, job in
            upload.received += Int64(count)
            job.received += Int64(count)
        }
    }

    func finishPart(_ bucket: BucketName, _ key: ObjectKey) {
        change(bucket, key) { upload, _ in upload.partsDone = (upload.partsDone ?? 0) + 1 }
    }

    func end(_ bucket: BucketName, _ key: ObjectKey, _ outcome: Outcome) {
        change(bucket, key) { upload, job in
            upload.state = outcome.rawValue
            guard outcome == .complete else { return }
            upload.total = upload.received
            job.files += 1
        }
    }

    /// The job's uploads, latest first; nil when there were none since the start.
    func snapshot(job: String) -> JSONValue? {
        guard let bucket = BucketName(job), let found = jobs.withLock({ $0[bucket] }) else { return nil }
        return [
            "uploads": .array(found.uploads.values.sorted { $0.updated > $1.updated }.map(Self.document)),
            "files": JSONValue(found.files),
            "bytes_received": .number(String(found.received)),
            "last_activity": .string(found.updated.description),
        ]
    }

    private func change(_ bucket: BucketName, _ key: ObjectKey, _ edit: (inout Upload, inout JobUploads) -> Void) {
        let now = clock()
        jobs.withLock { jobs in
            var job = jobs[bucket] ?? JobUploads(updated: now)
            var upload = job.uploads[key] ?? Upload(bucket: bucket.text, key: key.text, updated: now)
            edit(&upload, &job)
            upload.updated = now
            job.updated = now
            job.uploads[key] = upload
            if job.uploads.count > Self.keysMax,
                let oldest = job.uploads.min(by: { $0.value.updated < $1.value.updated })
            {
                job.uploads[oldest.key] = nil
            }
            jobs[bucket] = job
            if jobs.count > Self.jobsMax, let oldest = jobs.min(by: { $0.value.updated < $1.value.updated }) {
                jobs[oldest.key] = nil
            }
        }
    }

    private static func document(_ upload: Upload) -> JSONValue {
        var members: [String: JSONValue] = [
            "bucket": .string(upload.bucket),
            "key": .string(upload.key),
            "bytes_received": .number(String(upload.received)),
            "state": .string(upload.state),
            "updated_at": .string(upload.updated.description),
        ]
        if let total = upload.total {
            members["total_bytes"] = .number(String(total))
            let percent = total > 0 ? Double(upload.received) / Double(total) * 100 : 100
            members["percent"] = JSONValue((percent * 10).rounded() / 10)
        }
        if let parts = upload.partsDone { members["parts_done"] = JSONValue(parts) }
        return .object(members)
    }
}
