/// What the headers of an upload promise about its body.
public struct PayloadPlan: Equatable, Sendable {
    public let form: PayloadForm
    let md5: [UInt8]?
    /// A checksum whose value came as a header.
    let checksum: Checksum?
    /// A checksum whose value is to come in the trailer.
    let trailer: ChecksumAlgorithm?
    /// The object's size, where the client told it.
    public let size: Int64?

    /// Reads the promises.
    ///
    /// - Parameter headers: The request's header fields.
    /// - Throws: `S3Error` when a promise cannot be read.
    public init(_ headers: HeaderList) throws(S3Error) {
        form = try PayloadForm(headers["x-amz-content-sha256"])
        if let text = headers["content-md5"] {
            guard let digest = Base64.decode(text), digest.count == 16 else {
                throw S3Error(.invalidDigest, "The Content-MD5 you specified was invalid.")
            }
            md5 = digest
        } else {
            md5 = nil
        }
        checksum = try Self.checksum(headers)
        if form == .chunked, let name = headers["x-amz-trailer"] {
            let algorithm = ChecksumAlgorithm.allCases.first { $0.headerName == name.lowercased() }
            guard let algorithm else {
                throw S3Error(.invalidRequest, "The trailer named by x-amz-trailer is unknown.")
            }
            trailer = algorithm
        } else {
            trailer = nil
        }
        size = try Self.size(headers[form == .chunked ? "x-amz-decoded-content-length" : "content-length"])
    }

    private static func checksum(_ headers: HeaderList) throws(S3Error) -> Checksum? {
        var found: Checksum?
        for algorithm in ChecksumAlgorithm.allCases {
            guard let value = headers[algorithm.headerName] else { continue }
            guard found == nil, Base64.decode(value)?.count == algorithm.byteCount else {
                throw S3Error(.invalidRequest, "Value for \(algorithm.headerName) header is invalid.")
            }
            found = Checksum(algorithm, value: value)
        }
        return found
    }

    private static func size(_ text: String?) throws(S3Error) -> Int64? {
        guard let text else { return nil }
        guard let size = Int64(text), size >= 0 else { throw S3Error(.invalidArgument, "The length is not a number.") }
        return size
    }
}
