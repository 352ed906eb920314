/// A certificate or key that cannot be used: which file, why, and what to do.
public struct CertificateError: Error, Hashable, CustomStringConvertible {
    public enum Problem: Sendable {
        case unreadable, chain, order, key, mismatch, weak, refused, authority
        case expired, notYetValid
        case emptyFolder, tooMany
        case unwritable
    }

    public let path: String
    public let problem: Problem

    init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }

    /// Whether only the clock stands against it.
    public var isTemporal: Bool { problem == .expired || problem == .notYetValid }

    public var description: String {
        switch problem {
        case .unreadable: "\(path) cannot be read. Check that it exists and that the gateway's user may read it."
        case .chain:
            "\(path) cannot be read as a PEM certificate chain. Check that it exists and begins with the server's certificate."
        case .order:
            "\(path) is not in order: each certificate must be signed by the one after it. Put the server's certificate first, then the intermediates upwards."
        case .key:
            "\(path) cannot be read as a PEM private key. Check that it exists, is readable and has no passphrase."
        case .mismatch: "\(path) is not the private key of the certificate. Give the two files of one pair."
        case .weak: "\(path) has a key that clients refuse. Use ECDSA P-256, or RSA with 2048 bits or more."
        case .refused: "\(path) is refused by the TLS library. Use ECDSA P-256, or RSA with 2048 bits and SHA-256."
        case .authority: "\(path) cannot be read as PEM certificates of client authorities."
        case .expired: "\(path) has expired. Renew it."
        case .notYetValid: "\(path) is not valid yet. Check the clock, or wait."
        case .emptyFolder:
            "\(path) holds no certificate with its key. Put NAME.crt beside NAME.key, or NAME/fullchain.pem beside NAME/privkey.pem."
        case .tooMany: "\(path) holds more certificates than are served. Remove those that are not needed."
        case .unwritable: "\(path) cannot be written. Check the folder's permissions and the free space."
        }
    }
}
