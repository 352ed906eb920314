/// The name of a secret: `REPLICATE_API_TOKEN`.
///
/// It has one spelling, the one of environment variables; others (`replicate-api.token`) are read as that.
public struct SecretName: Hashable, Sendable {
    public let text: String

    /// Nil for what is no name: letters, digits, `-`, `.` and `_`, at most 128 of them.
    public init?(_ text: some StringProtocol) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        guard isPlain, (1...128).contains(text.utf8.count) else { return nil }
        self.text = String(text.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
    }

    private init(known text: String) { self.text = text }

    public static let replicateToken = SecretName(known: "REPLICATE_API_TOKEN")
    public static let hubToken = SecretName(known: "HF_TOKEN")
    public static let webhookSecret = SecretName(known: "CLOUD_WEBHOOK_SECRET")
}
