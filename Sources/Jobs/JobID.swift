/// The names of jobs.
public enum JobID {
    public static let length = 26
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    /// Makes an id of 26 characters of `a-z0-9`, 134 bits: nobody guesses one, and it is a legal bucket name in S3.
    ///
    /// Made before the provider is called, so that a submission whose answer is lost can be found again by it.
    public static func make(using randomness: inout some RandomNumberGenerator) -> String {
        String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &randomness)] })
    }

    /// Whether text can be an id at all, ours or a provider's: what cannot is not looked up.
    public static func isPlausible(_ text: some StringProtocol) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
