import NIOSSL

/// A PEM file of authorities that are trusted besides the system's: a company's own, most often.
public enum CABundle {
    /// Far more than all authorities of the public Web need.
    static let bytesMax = 4 * 1024 * 1024

    /// The authorities in a file.
    ///
    /// - Parameter path: The file.
    /// - Returns: At least one.
    /// - Throws: `Unusable`.
    static func certificates(at path: String) throws(Unusable) -> [NIOSSLCertificate] {
        guard FileStamp(of: path) != nil else { throw Unusable() }
        guard let found = try? NIOSSLCertificate.fromPEMFile(path), !found.isEmpty else { throw Unusable() }
        return found
    }

    /// Whether a file can be used: it is there, and there are certificates in it and nothing that is broken.
    public static func isUsable(_ path: String) -> Bool { (try? certificates(at: path)) != nil }

    struct Unusable: Error {}
}
