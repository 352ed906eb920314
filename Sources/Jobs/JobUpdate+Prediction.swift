public import JSON

extension JobUpdate {
    /// Reads the platform's prediction object, as it comes in a webhook or as the answer to a poll.
    public init(prediction payload: JSONValue) {
        self.init()
        externalID = payload["id"]?.text
        status = payload["status"]?.text.flatMap { JobStatus(spelling: $0) }
        errorMessage = payload["error"]?.text.map(Self.bounded)
        outputURL = Self.outputURL(in: payload["output"])
        startedAt = payload["started_at"]?.text.flatMap { Timestamp(iso8601: $0) }
        completedAt = payload["completed_at"]?.text.flatMap { Timestamp(iso8601: $0) }
        billedSeconds = payload["metrics"]?["predict_time"]?.double
    }

    /// What a sender may write into a job's row, in bytes.
    public static let textBytesMax = 4096

    /// The address of the output: a text, the `url` of an object, or the first of a list.
    public static func outputURL(in output: JSONValue?) -> String? {
        switch output {
        case .string(let text): isURL(text) ? text : nil
        case .array(let elements): outputURL(in: elements.first)
        case .object(let members): outputURL(in: members["url"])
        case nil, .null, .bool, .number: nil
        }
    }

    private static func isURL(_ text: String) -> Bool {
        text.utf8.count <= textBytesMax && (text.hasPrefix("https://") || text.hasPrefix("http://"))
    }

    /// The text, cut to `textBytesMax`.
    public static func bounded(_ text: String) -> String {
        text.utf8.count <= textBytesMax ? text : String(decoding: text.utf8.prefix(textBytesMax), as: UTF8.self)
    }
}
