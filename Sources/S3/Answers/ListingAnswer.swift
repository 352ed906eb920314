/// One page of a listing.
public struct ListingPage: Equatable, Sendable {
    public struct Entry: Equatable, Sendable {
        public let key: String
        public let size: Int64
        public let etag: String
        /// Seconds since 1970, with their fraction.
        public let modified: Double

        public init(key: String, size: Int64, etag: String, modified: Double) {
            self.key = key
            self.size = size
            self.etag = etag
            self.modified = modified
        }
    }

    public var entries: [Entry] = []
    public var commonPrefixes: [String] = []
    /// The name after which the next page begins; nil on the last page.
    public var next: String?

    public init() {}
}

extension XMLText {
    /// `ListBucketResult`, in the form that was asked for.
    public static func listing(_ page: ListingPage, bucket: String, query: ListQuery) -> XMLText {
        func name(_ text: String) -> String {
            query.isURLEncoded ? PercentEncoding.encode(text, keepingSlash: true) : text
        }
        return XMLText(root: "ListBucketResult") { xml in
            xml.element("Name", bucket)
            xml.element("Prefix", name(query.prefix))
            if let delimiter = query.delimiter { xml.element("Delimiter", name(delimiter)) }
            xml.element("MaxKeys", String(query.keysMax))
            if query.isURLEncoded { xml.element("EncodingType", "url") }
            xml.element("IsTruncated", page.next == nil ? "false" : "true")
            xml.paging(page, query: query, name: name)
            for entry in page.entries { xml.entry(entry, name: name(entry.key)) }
            for prefix in page.commonPrefixes {
                xml.element("CommonPrefixes") { $0.element("Prefix", name(prefix)) }
            }
        }
    }

    private mutating func paging(_ page: ListingPage, query: ListQuery, name: (String) -> String) {
        switch query.version {
        case .one:
            element("Marker", name(query.after ?? ""))
            if let next = page.next { element("NextMarker", name(next)) }
        case .two(let token, let startAfter):
            element("KeyCount", String(page.entries.count + page.commonPrefixes.count))
            if let token { element("ContinuationToken", token) }
            if let startAfter { element("StartAfter", name(startAfter)) }
            if let next = page.next { element("NextContinuationToken", ListQuery.continuationToken(marker: next)) }
        }
    }

    private mutating func entry(_ entry: ListingPage.Entry, name: String) {
        element("Contents") { xml in
            xml.element("Key", name)
            xml.element("LastModified", CivilTime(secondsSince1970: Int64(entry.modified)).xml)
            xml.element("ETag", "\"\(entry.etag)\"")
            xml.element("Size", String(entry.size))
            xml.element("StorageClass", "STANDARD")
        }
    }
}
