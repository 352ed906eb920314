/// Why a head is refused: the status that says so, and one sentence for the client.
public struct HeadError: Error, Equatable, Sendable {
    public let status: Int
    public let detail: String

    init(_ status: Int, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    static func malformed(_ detail: String) -> HeadError { HeadError(400, detail) }
}
