/// How the body of a request carries the object's bytes, by `x-amz-content-sha256`.
public enum PayloadForm: Equatable, Sendable {
    /// The body is the object; its SHA-256 when the client signed one.
    case plain(sha256: [UInt8]?)
    /// `aws-chunked` with checksums in a trailer, unsigned: what AWS's own SDKs send over TLS.
    case chunked

    static let unsigned = "UNSIGNED-PAYLOAD"

    /// Tells the form from the header.
    ///
    /// - Parameter header: The value of `x-amz-content-sha256`, nil when absent.
    /// - Throws: `S3Error` for a form that is not offered, or that is none.
    public init(_ header: String?) throws(S3Error) {
        switch header {
        case nil, Self.unsigned:
            self = .plain(sha256: nil)
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
            self = .chunked
        case let header? where header.hasPrefix("STREAMING-"):
            throw S3Error(
                .notImplemented, "Signed chunks are not implemented; send STREAMING-UNSIGNED-PAYLOAD-TRAILER.")
        case let header?:
            guard let digest = Hexadecimal.decode(header), digest.count == 32 else {
                throw S3Error(.invalidArgument, "x-amz-content-sha256 must be a SHA-256 or one of the fixed names.")
            }
            self = .plain(sha256: digest)
        }
    }
}
