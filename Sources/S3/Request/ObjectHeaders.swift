/// The header fields of an upload that are kept with the object and sent back with it.
public enum ObjectHeaders {
    public static let metadataPrefix = "x-amz-meta-"
    static let userBytesMax = 2048
    static let systemValueBytesMax = 256

    private static let kept: Set<String> = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires",
    ]

    /// Picks them out.
    ///
    /// `aws-chunked` is the framing of one request, not an encoding of the object, so it is taken off.
    ///
    /// - Parameter headers: The request's header fields.
    /// - Returns: Values by names in lower case.
    /// - Throws: `S3Error` with `MetadataTooLarge`.
    public static func kept(of headers: HeaderList) throws(S3Error) -> [String: String] {
        var found: [String: String] = [:]
        var userBytes = 0
        for (name, value) in headers.fields {
            if name.hasPrefix(metadataPrefix) {
                userBytes += name.utf8.count - metadataPrefix.utf8.count + value.utf8.count
                found[name] = value
            } else if kept.contains(name) {
                let value = name == "content-encoding" ? withoutFraming(value) : value
                guard value.utf8.count <= systemValueBytesMax else { throw tooLarge }
                if !value.isEmpty { found[name] = value }
            }
        }
        guard userBytes <= userBytesMax else { throw tooLarge }
        return found
    }

    private static func withoutFraming(_ encodings: String) -> String {
        encodings.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
            .filter { $0 != "aws-chunked" }.joined(separator: ",")
    }

    private static let tooLarge = S3Error(
        .metadataTooLarge, "Your metadata headers exceed the maximum allowed metadata size.")
}
