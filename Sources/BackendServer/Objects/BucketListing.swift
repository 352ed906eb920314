import Hummingbird
import JSON
import ObjectStore
import S3

/// Answers what lists: buckets, and the keys in one.
struct BucketListing: Sendable {
    let store: ObjectStore

    /// How many keys a JSON listing holds: SimpleTuner's clients expect all at once, and do not page.
    static let keysAtOnceMax = 10_000

    func buckets(_ caller: StorageCaller, _ call: StorageCall) async throws -> Response {
        let buckets = try await onDisk {
            let all = try store.buckets()
            return try all.filter { bucket in
                switch caller {
                case .job(let own): bucket.name == own
                case .reader(let jobs): jobs?.contains(bucket.name.text) ?? true
                }
            }.map(store.count)
        }
        guard call.dialect == .json else {
            // A job's bucket exists as soon as the job does, with or without a file in it.
            let own: [(name: String, created: Int64)] =
                if case .job(let own) = caller { [(own.text, Int64(buckets.first?.modified ?? 0))] } else { [] }
            return Response(.buckets(own, owner: "tunergate"))
        }
        let documents = buckets.sorted { $0.modified > $1.modified }.map { bucket -> JSONValue in
            [
                "Name": .string(bucket.name.text), "Size": .number(String(bucket.bytes)),
                "FileCount": JSONValue(bucket.files), "LastModified": JSONValue(bucket.modified),
            ]
        }
        let total = buckets.reduce(0) { $0 + $1.bytes }
        return Response(["Buckets": .array(documents), "total_size": .number(String(total))])
    }

    func objects(
        _ place: StorageCaller.Place, named bucket: String, _ query: ListQuery, _ call: StorageCall
    ) async throws -> Response {
        var query = query
        if call.dialect == .json, query.keysMax == ListQuery.keysMax { query.keysMax = Self.keysAtOnceMax }
        let wanted = query
        let page = try await onDisk { try keys(in: place, wanted) }
        guard call.dialect == .json else { return Response(.listing(page, bucket: bucket, query: query)) }
        let contents = page.entries.map { entry -> JSONValue in
            [
                "Key": .string(entry.key), "Size": .number(String(entry.size)),
                "LastModified": JSONValue(entry.modified),
            ]
        }
        var members: [String: JSONValue] = ["Contents": .array(contents), "Name": .string(bucket)]
        if !page.commonPrefixes.isEmpty {
            members["CommonPrefixes"] = .array(page.commonPrefixes.map { .string($0) })
        }
        if let next = page.next {
            members["IsTruncated"] = true
            members["NextMarker"] = .string(next)
        }
        return Response(.object(members))
    }

    private func keys(in place: StorageCaller.Place, _ query: ListQuery) throws -> ListingPage {
        switch place {
        case .bucket(let bucket): try store.list(bucket, query)
        case .outputs(let jobs): try merged(query, of: jobs)
        }
    }

    /// The outputs of these jobs, or of all, as one listing; of equal keys the newest is shown.
    private func merged(_ query: ListQuery, of jobs: Set<String>?) throws -> ListingPage {
        var newest: [ObjectKey: ListingPage.Entry] = [:]
        var prefixes: Set<ObjectKey> = []
        for bucket in try store.buckets() where jobs?.contains(bucket.name.text) ?? true {
            let page = try store.list(bucket.name, query)
            for entry in page.entries {
                let key = try ObjectKey(entry.key)
                if newest[key].map({ $0.modified < entry.modified }) ?? true { newest[key] = entry }
            }
            for prefix in page.commonPrefixes { prefixes.insert(try ObjectKey(prefix)) }
        }
        let names = (Array(newest.keys) + prefixes).sorted()
        var page = ListingPage()
        for name in names.prefix(query.keysMax) {
            if let entry = newest[name] { page.entries.append(entry) } else { page.commonPrefixes.append(name.text) }
        }
        if names.count > query.keysMax, query.keysMax > 0 { page.next = names[query.keysMax - 1].text }
        return page
    }
}
