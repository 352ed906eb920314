/// What a job is doing, read from the end of what it printed.
///
/// The trainer's words are for people, so this is a guess: good enough for one line under a job's name.
public struct LogProgress: Equatable, Sendable {
    public static let lastLineMax = 80
    /// How far back to look, in lines.
    private static let linesMax = 200

    public let stage: String?
    /// The last line that says something, at most `lastLineMax` characters.
    public let lastLine: String?
    /// 0 to 100; nil when nothing told.
    public let percent: Double?

    public init(logs: String) {
        // A progress bar overwrites its line with carriage returns: each of them is a line here. In Swift "\r\n" is one character.
        let lines = logs.split { $0.isNewline }.suffix(Self.linesMax).reversed()
        lastLine = lines.lazy.map(Self.trimmed).first { !$0.isEmpty }.map { String($0.prefix(Self.lastLineMax)) }
        stage = lines.lazy.compactMap(Self.stage).first { _ in true }
        percent = lines.lazy.compactMap(Self.percent).first { _ in true }
    }

    private static func trimmed(_ line: Substring) -> Substring {
        var line = line.drop { $0.isWhitespace }
        while line.last?.isWhitespace == true { line.removeLast() }
        return line
    }

    /// Each row: a word in lower case, and the stage that it tells of; the first row that fits decides.
    private static let stages = [
        ("checkpoint", "Saving checkpoint"), ("validat", "Validation"), ("warmup", "Warmup"), ("warming up", "Warmup"),
        ("preprocess", "Preprocessing"), ("caching", "Preprocessing"), ("epoch", "Training"), ("step", "Training"),
        ("train", "Training"),
    ]

    private static func stage(_ line: Substring) -> String? {
        let words = line.prefix(1024).lowercased()
        return stages.first { words.contains($0.0) }?.1
    }

    /// The last number before a `%`.
    private static func percent(_ line: Substring) -> Double? {
        guard let sign = line.lastIndex(of: "%") else { return nil }
        let digits = String(line[..<sign].reversed().prefix { $0.isNumber || $0 == "." }.reversed())
        guard let value = Double(digits), (0...100).contains(value) else { return nil }
        return value
    }
}
