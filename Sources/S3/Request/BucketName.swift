/// The name of a bucket by S3's rules: 3 to 63 of `a-z0-9.-`, not like an address.
public struct BucketName: Hashable, Sendable {
    /// SimpleTuner's name for "the outputs of the job that asks".
    public static let outputs = "outputs"

    public let text: String

    /// Nil for a name that S3 would not allow, and that can therefore name nothing here.
    public init?(_ text: String) {
        guard (3...63).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed), !text.contains(".."),
            let first = text.utf8.first, let last = text.utf8.last, Self.isAlphanumeric(first),
            Self.isAlphanumeric(last)
        else { return nil }
        let isAddressLike = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || Self.isDigit($0) } && text.contains(".")
        guard !isAddressLike else { return nil }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
