/// What a name, an address and a password must be (SimpleTuner's rules, with bounds where it has none).
public enum AccountFields {
    public static let usernameLengths = 3...50
    /// In UTF-8; the upper bound keeps hashing a password from being work for hours.
    public static let passwordBytes = 8...1024
    public static let emailBytesMax = 254
    public static let displayNameBytesMax = 200
    /// What the machine's own administrator is called.
    public static let reservedName = "local"

    /// What is wrong with a username; nil for a good one.
    public static func fault(inUsername name: String) -> String? {
        guard usernameLengths.contains(name.utf8.count) else {
            return "A username has \(usernameLengths.lowerBound) to \(usernameLengths.upperBound) characters"
        }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard name.lowercased() != reservedName else { return "This name is the machine's own" }
        return isPlain ? nil : "A username is made of the letters a to z, digits, _ and -"
    }

    /// What is wrong with a new password; nil for a good one.
    public static func fault(inPassword password: String) -> String? {
        guard password.utf8.count >= passwordBytes.lowerBound else {
            return "A password has at least \(passwordBytes.lowerBound) characters"
        }
        guard password.utf8.count <= passwordBytes.upperBound else {
            return "A password has at most \(passwordBytes.upperBound) bytes"
        }
        return password.utf8.contains(0) ? "A password has no NUL in it" : nil
    }

    /// What is wrong with an e-mail address; nil for a good one.
    ///
    /// Only a letter would tell whether somebody reads it.
    public static func fault(inEmail email: String) -> String? {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = email.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        guard email.utf8.count <= emailBytesMax, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain else {
            return "This is no e-mail address"
        }
        return nil
    }

    /// What is wrong with a name that is shown; nil for a good one.
    public static func fault(inDisplayName name: String) -> String? {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        guard !name.isEmpty, name.utf8.count <= displayNameBytesMax, isPlain else {
            return "A name has 1 to \(displayNameBytesMax) bytes and no control characters"
        }
        return nil
    }
}
