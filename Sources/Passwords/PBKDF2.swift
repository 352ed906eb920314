internal import CryptoExtras

/// PBKDF2 (RFC 8018, section 5.2) in the form that SimpleTuner stores it: `pbkdf2:sha256:600000$salt$hash`, salt and
/// hash in hexadecimal; only to verify.
enum PBKDF2 {
    static let prefix = "pbkdf2:sha256:"
    private static let roundsMax = 2_000_000
    private static let hashBytes = 32

    static func verify(_ password: String, against stored: String) -> Bool {
        let parts = stored.dropFirst(prefix.count).split(separator: "$", omittingEmptySubsequences: false)
        guard stored.utf8.count < 1024, parts.count == 3, let rounds = Int(parts[0]), (1...roundsMax).contains(rounds),
            let salt = bytes(ofHex: parts[1]), let expected = bytes(ofHex: parts[2]), expected.count == hashBytes,
            let key = try? KDF.Insecure.PBKDF2.deriveKey(
                from: Array(password.utf8), salt: salt, using: .sha256, outputByteCount: hashBytes,
                unsafeUncheckedRounds: rounds)
        else { return false }
        // Keys are compared in constant time.
        return key == SymmetricKey(data: expected)
    }

    private static func bytes(ofHex text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
