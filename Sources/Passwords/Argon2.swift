internal import CArgon2

/// argon2id by libargon2.
enum Argon2 {
    private static let hashBytes = 32
    private static let encodedBytesMax = 256
    /// What a stored text may ask for: more than any program chooses, less than would stop this one.
    private static let kibibytesMax = 256 * 1024
    private static let passesMax = 16
    private static let lanesMax = 16

    static func hash(_ password: String, salt: [UInt8]) throws(PasswordHashError) -> String {
        var encoded = [CChar](repeating: 0, count: encodedBytesMax)
        let bytes = Array(password.utf8)
        // The library reads both arrays for their counts, and writes at most the third's.
        let code = unsafe argon2id_hash_encoded(
            PasswordHash.passes, PasswordHash.kibibytes, PasswordHash.lanes, bytes, bytes.count, salt, salt.count,
            hashBytes, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw PasswordHashError(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func verify(_ password: String, against stored: String) -> Bool {
        guard isBearable(stored) else { return false }
        let bytes = Array(password.utf8)
        // Reads the text to its NUL and the array for its count.
        return unsafe argon2id_verify(stored, bytes, bytes.count) == ARGON2_OK.rawValue
    }

    /// Whether what a stored text asks for is within bounds: `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`.
    private static func isBearable(_ stored: String) -> Bool {
        let parts = stored.split(separator: "$")
        guard stored.utf8.count < 1024, parts.count == 5, let cost = parts.dropFirst(2).first else { return false }
        var numbers: [Substring: Int] = [:]
        for item in cost.split(separator: ",") {
            let pair = item.split(separator: "=")
            guard pair.count == 2, let number = Int(pair[1]) else { return false }
            numbers[pair[0]] = number
        }
        return (1...kibibytesMax).contains(numbers["m"] ?? 0) && (1...passesMax).contains(numbers["t"] ?? 0)
            && (1...lanesMax).contains(numbers["p"] ?? 0)
    }
}
