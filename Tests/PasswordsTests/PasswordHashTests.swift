import Passwords
import Testing

/// The stored texts were made by the libraries that SimpleTuner uses: argon2-cffi, bcrypt, and Python's hashlib.
@Suite struct PasswordHashTests {
    private let salt = [UInt8](0..<16)

    @Test func `what was made is verified, and nothing else`() throws {
        let stored = try PasswordHash.make("correct horse", salt: salt)
        #expect(stored.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(PasswordHash.verify("correct horse", against: stored))
        #expect(!PasswordHash.verify("correct hors", against: stored))
        #expect(!PasswordHash.verify("", against: stored))
        #expect(!PasswordHash.isOutdated(stored))
    }

    @Test func `the same password with another salt is another text`() throws {
        #expect(try PasswordHash.make("a", salt: salt) != PasswordHash.make("a", salt: salt.reversed()))
    }

    @Test(arguments: PasswordHashTests.foreign)
    func `what SimpleTuner stored is verified, and outdated`(stored: String) {
        #expect(PasswordHash.verify("longpassword1", against: stored))
        #expect(!PasswordHash.verify("longpassword2", against: stored))
        #expect(!PasswordHash.verify("longpassword1\u{0}", against: stored))
        #expect(PasswordHash.isOutdated(stored))
    }

    @Test(arguments: [
        "", "longpassword1", "$argon2id$", "$argon2id$v=19$m=99999999,t=3,p=4$c2FsdHNhbHQ$aGFzaA",
        "$argon2id$v=19$m=8,t=99999,p=1$c2FsdHNhbHQ$aGFzaA",
        "$2b$31$abcdefghijklmnopqrstuuAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "pbkdf2:sha256:99999999$s$00", "pbkdf2:sha256:1$s$zz", "$1$salt$hash",
    ])
    func `what makes no sense fits no password`(stored: String) {
        #expect(!PasswordHash.verify("longpassword1", against: stored))
        #expect(!PasswordHash.verify("", against: stored))
    }

    private static let foreign = [
        "$argon2id$v=19$m=65536,t=3,p=4$rrEI7CDraouw5ksc8AskzQ$4anxNBjAWRZHT3ukk06Hi8yM1zIBAtMPwpGeW4kh7B8",
        "$2b$12$bfbxnpnC24HZolKC7EkIJeiFXoU.bDQtaWbpldvoKjeKNEikNUTLS",
        "pbkdf2:sha256:600000$3f0b1d6a9c3f0b1d6a9c3f0b1d6a9c3f0b1d6a9c3f0b1d6a9c3f0b1d6a9c00ff$"
            + "144cd6cf0b28407ffabf0bca57685edd3e818e79c5a22e082f9658f1c9c04d39",
    ]
}
