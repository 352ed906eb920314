/// How a password is kept: a text that says by which function, with which salt and how slowly it was hashed.
///
/// New ones are argon2id (RFC 9106) with 19 MiB and two passes, the first choice of OWASP's Password Storage Cheat Sheet.
/// The forms in which SimpleTuner keeps them are verified, so that a database of its can be taken over.
public enum PasswordHash {
    static let kibibytes: UInt32 = 19_456
    static let passes: UInt32 = 2
    static let lanes: UInt32 = 1
    public static let saltBytes = 16

    /// What a stored text is, by how it begins.
    private enum Form {
        case argon2id, bcrypt, pbkdf2

        init?(_ stored: String) {
            if stored.hasPrefix("$argon2id$") {
                self = .argon2id
            } else if ["$2a$", "$2b$", "$2y$"].contains(where: stored.hasPrefix) {
                self = .bcrypt
            } else if stored.hasPrefix(PBKDF2.prefix) {
                self = .pbkdf2
            } else {
                return nil
            }
        }
    }

    /// Hashes a password; this takes some 30 ms of a processor and 19 MiB.
    ///
    /// - Parameters:
    ///   - password: Any bytes.
    ///   - salt: 16 random bytes.
    /// - Returns: What is kept: `$argon2id$v=19$m=19456,t=2,p=1$…`.
    /// - Throws: ``PasswordHashError`` when there is no memory for it.
    public static func make(_ password: String, salt: [UInt8]) throws(PasswordHashError) -> String {
        precondition(salt.count == saltBytes, "a salt has \(saltBytes) bytes")
        return try Argon2.hash(password, salt: salt)
    }

    /// Whether a password is the one that was hashed.
    ///
    /// - Parameters:
    ///   - password: What somebody gave.
    ///   - stored: What is kept; a text of no form that is known fits no password.
    /// - Returns: Whether it fits; the time that this takes tells nothing of how nearly.
    public static func verify(_ password: String, against stored: String) -> Bool {
        // Some of the functions take it for the end, others for nothing: no password has one.
        guard !password.utf8.contains(0) else { return false }
        return switch Form(stored) {
        case .argon2id: Argon2.verify(password, against: stored)
        case .bcrypt: Bcrypt.verify(password, against: stored)
        case .pbkdf2: PBKDF2.verify(password, against: stored)
        case nil: false
        }
    }

    /// Whether a stored text should be made anew when its password is at hand: it is not what `make` would make.
    public static func isOutdated(_ stored: String) -> Bool {
        !stored.hasPrefix("$argon2id$v=19$m=\(kibibytes),t=\(passes),p=\(lanes)$")
    }
}

/// There was no memory to hash a password.
public struct PasswordHashError: Error, Equatable {
    /// The library's code.
    public let code: Int32
}
