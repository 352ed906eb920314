import TestSupport
import Testing

/// A question that SimpleTuner's own server was asked, and what ours must say to it.
struct RecordedAnswer {
    /// The record's number, by which the contract names it.
    let record: String
    /// Method and path; `{name}` stands for what a test knows only when it runs.
    let question: String
    var headers: [String: String] = [:]
    var body: String?
    let status: Int
    /// A ``Shape``; nil where the body is no JSON.
    let shape: String?

    init(
        _ record: String, _ question: String, body: String? = nil, headers: [String: String] = [:],
        status: Int = 200, shape: String?
    ) {
        self.record = record
        self.question = question
        self.headers = headers
        self.body = body
        self.status = status
        self.shape = shape
    }
}

extension Installation {
    /// Asks each question over TLS, and holds the answer against what was recorded.
    ///
    /// - Parameters:
    ///   - rows: The questions, in the order in which they are asked.
    ///   - words: What stands for each `{name}`.
    /// - Returns: The answers, by record.
    /// - Throws: When one is not answered at all.
    @discardableResult
    func holds(_ rows: [RecordedAnswer], _ words: [String: String] = [:]) async throws -> [String: Answer] {
        var answers: [String: Answer] = [:]
        for row in rows {
            let answer = try await ask(row, words)
            answers[row.record] = answer
            let comment = Comment(rawValue: "R\(row.record) \(row.question): \(answer.text.prefix(600))")
            #expect(answer.status == row.status, comment)
            guard answer.status == row.status, let shape = row.shape else { continue }
            let differences = try Shape(shape).differences(from: answer.json)
            #expect(differences == [], comment)
        }
        return answers
    }

    private func ask(_ row: RecordedAnswer, _ words: [String: String]) async throws -> Answer {
        func filled(_ text: String) -> String {
            words.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        let parts = filled(row.question).split(separator: " ", maxSplits: 1).map(String.init)
        var headers = row.headers.mapValues(filled)
        if row.body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await client.send(
            parts[0], secureURL + parts[1], headers: headers, body: row.body.map { Array(filled($0).utf8) })
    }
}
