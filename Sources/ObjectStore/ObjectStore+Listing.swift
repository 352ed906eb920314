public import S3

extension ObjectStore {
    /// One page of a bucket's keys; a bucket without objects is empty, not missing.
    public func list(_ bucket: BucketName, _ query: ListQuery) throws(ObjectStoreError) -> ListingPage {
        var page = ListingPage()
        guard query.keysMax > 0, let folder = try bucketFolder(bucket) else { return page }
        var walk = try KeyWalk(bucket: folder, prefix: query.prefix, after: query.after)
        var last: String?
        while let (key, object) = try walk.next() {
            let common = Self.commonPrefix(of: key, query)
            if let common, let after = query.after, common.utf8.elementsEqual(after.utf8) {
                walk.skip(common)
                continue
            }
            guard page.entries.count + page.commonPrefixes.count < query.keysMax else {
                page.next = last
                return page
            }
            if let common {
                page.commonPrefixes.append(common)
                walk.skip(common)
            } else {
                page.entries.append(
                    ListingPage.Entry(
                        key: key, size: object.size, etag: object.metadata.etag, modified: object.modified))
            }
            last = common ?? key
        }
        return page
    }

    /// A bucket and what is in it.
    public struct BucketSummary: Equatable, Sendable {
        public let name: BucketName
        public var files = 0
        public var bytes: Int64 = 0
        /// Of the newest object, or of the folder where there is none; seconds since 1970.
        public var modified: Double
    }

    /// All buckets, by name.
    public func buckets() throws(ObjectStoreError) -> [BucketSummary] {
        var summaries: [BucketSummary] = []
        for entry in try root.entries() where entry.kind != .file {
            guard let name = BucketName(entry.name), let folder = try bucketFolder(name) else { continue }
            summaries.append(BucketSummary(name: name, modified: try folder.descriptor.status().modified))
        }
        return summaries.sorted { $0.name.text < $1.name.text }
    }

    /// Counts a bucket's objects, which reads the whole folder.
    public func count(_ bucket: BucketSummary) throws(ObjectStoreError) -> BucketSummary {
        var counted = bucket
        guard let folder = try bucketFolder(bucket.name) else { return bucket }
        var walk = try KeyWalk(bucket: folder, prefix: "", after: nil)
        while let (_, object) = try walk.next() {
            counted.modified = counted.files == 0 ? object.modified : max(counted.modified, object.modified)
            counted.files += 1
            counted.bytes += object.size
        }
        return counted
    }

    private func bucketFolder(_ bucket: BucketName) throws(ObjectStoreError) -> Folder? {
        do {
            return try root.folder(bucket.text)
        } catch {
            guard error.isAbsent else { throw error }
            return nil
        }
    }

    /// The key up to the first delimiter behind the prefix; nil when there is none.
    private static func commonPrefix(of key: String, _ query: ListQuery) -> String? {
        guard let delimiter = query.delimiter.map({ Array($0.utf8) }) else { return nil }
        let bytes = Array(key.utf8)
        var index = query.prefix.utf8.count
        while index + delimiter.count <= bytes.count {
            let end = index + delimiter.count
            if bytes[index..<end].elementsEqual(delimiter) { return String(decoding: bytes[..<end], as: UTF8.self) }
            index += 1
        }
        return nil
    }
}
