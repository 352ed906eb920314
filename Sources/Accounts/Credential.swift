import Crypto

/// What a request shows to say who sends it, in the order in which it is looked for.
public enum Credential: Equatable, Sendable {
    /// `st_` and 32 letters and digits, in `X-API-Key`, `Authorization: Bearer` or `Authorization: ApiKey`.
    case key(String)
    /// 43 letters, digits, `-` and `_`, in the cookie `simpletuner_session`.
    case session(String)

    public static let cookieName = "simpletuner_session"
    private static let keyPrefix = "st_"
    private static let keyLetters = 32
    private static let sessionLetters = 43
    /// How much of a key lists show.
    public static let shownLetters = 11

    private static let alphanumerics = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    /// Finds what a request shows.
    ///
    /// A text that has not the form of a key is none: the same headers carry other credentials.
    ///
    /// - Parameters:
    ///   - apiKey: The field `X-API-Key`.
    ///   - authorization: The field `Authorization`.
    ///   - cookies: The fields `Cookie`.
    public init?(apiKey: String?, authorization: String?, cookies: [String]) {
        let words = authorization?.split(separator: " ", maxSplits: 1) ?? []
        let isOurs = words.count == 2 && ["bearer", "apikey"].contains(words[0].lowercased())
        for text in [apiKey, isOurs ? String(words[1]) : nil] {
            guard let text, Self.isKey(text) else { continue }
            self = .key(text)
            return
        }
        let values = cookies.flatMap { $0.split(separator: ";") }.compactMap { pair -> String? in
            let pair = pair.drop { $0 == " " }
            guard pair.hasPrefix(Self.cookieName + "=") else { return nil }
            return String(pair.dropFirst(Self.cookieName.count + 1))
        }
        // Two of one name are somebody's attempt, or a slip: neither is believed.
        guard values.count == 1, Self.isSession(values[0]) else { return nil }
        self = .session(values[0])
    }

    /// A new key.
    public static func newKey(using random: inout some RandomNumberGenerator) -> String {
        keyPrefix + text(of: keyLetters, alphanumerics, using: &random)
    }

    /// The id of a new session.
    public static func newSession(using random: inout some RandomNumberGenerator) -> String {
        text(of: sessionLetters, alphanumerics + ["-", "_"], using: &random)
    }

    /// What is stored of a key or a session: SHA-256, 32 bytes.
    ///
    /// It has too many possible texts to be guessed from that.
    public static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    private static func text(
        of count: Int, _ letters: [Character], using random: inout some RandomNumberGenerator
    ) -> String {
        String((0..<count).map { _ in letters[Int.random(in: letters.indices, using: &random)] })
    }

    private static func isKey(_ text: String) -> Bool {
        text.utf8.count == keyPrefix.utf8.count + keyLetters && text.hasPrefix(keyPrefix)
            && text.dropFirst(keyPrefix.count).allSatisfy(alphanumerics.contains)
    }

    private static func isSession(_ text: String) -> Bool {
        text.utf8.count == sessionLetters && text.allSatisfy { alphanumerics.contains($0) || $0 == "-" || $0 == "_" }
    }
}
