import Crypto
import FoundationEssentials

/// Encrypts the secrets that messages are signed with: they must be read again, so a hash will not do, and a stolen
/// database must not hold them.
struct SecretSeal: Sendable {
    private let key: SymmetricKey

    /// - Parameter masterKey: 32 random bytes, kept in a file that only this user may read.
    init(masterKey: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: masterKey), info: Data("tunergate subscription secret".utf8),
            outputByteCount: 32)
    }

    func seal(_ secret: String) throws -> [UInt8] {
        guard let sealed = try AES.GCM.seal(Data(secret.utf8), using: key).combined else {
            preconditionFailure("a nonce of the usual length is always part of the box")
        }
        return Array(sealed)
    }

    /// The secret; nil when it was sealed with another key.
    func open(_ sealed: [UInt8]) -> String? {
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)), let data = try? AES.GCM.open(box, using: key)
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
