/// The name of an object: 1 to 1024 bytes of UTF-8, compared and ordered byte by byte.
///
/// Not a plain `String`, because Swift's strings find two spellings of the same letter equal, and S3 does not.
public struct ObjectKey: Hashable, Comparable, Sendable {
    public static let bytesMax = 1024
    static let componentBytesMax = 255
    /// Folders nested deeper than this are refused: each level costs an open directory while an object is published.
    static let componentsMax = 64
    /// How many folders lie above a key's last part, at most.
    public static let reachableDepth = componentsMax
    /// The folder name that the store keeps for itself.
    public static let reservedPrefix = ".stgw"

    public let text: String

    public init(_ text: String) throws(S3Error) {
        guard text.utf8.count <= Self.bytesMax else {
            throw S3Error(.keyTooLong, "Your key is too long. It may have \(Self.bytesMax) bytes.")
        }
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw S3Error(.invalidURI, "A key has at least one byte and no zero byte.")
        }
        self.text = text
    }

    /// The folders and the file name that the key stands for, or nil where it is no plain path.
    ///
    /// `a//b`, `x/../y`, `d/` and names with control characters are legal S3 keys without a plain path. The key is cut
    /// at its bytes: to a Swift string, a slash before a combining accent is another letter, to the kernel it is not.
    public var components: [String]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= Self.componentsMax, parts.allSatisfy(Self.isPlain) else { return nil }
        return parts.map { String(Substring($0)) }
    }

    private static func isPlain(_ part: Substring.UTF8View) -> Bool {
        (1...componentBytesMax).contains(part.count) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
            && !part.starts(with: reservedPrefix.utf8) && part.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    public func hasPrefix(_ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }

    public static func == (left: ObjectKey, right: ObjectKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
