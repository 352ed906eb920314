/// The decoded pairs of a query.
struct QueryItems {
    private let items: [(name: String, value: String)]

    private static let itemsMax = 64

    init(_ query: String) throws(S3Error) {
        let parts = query.split(separator: "&")
        guard parts.count <= Self.itemsMax else {
            throw S3Error(.invalidRequest, "The query has more than \(Self.itemsMax) parameters.")
        }
        var items: [(name: String, value: String)] = []
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { throw S3Error(.invalidURI, "The query cannot be decoded.") }
            items.append((name, value))
        }
        self.items = items
    }

    /// The value of a parameter: empty for `?uploads`, nil when it is absent.
    subscript(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    var names: [String] { items.map(\.name) }
}
