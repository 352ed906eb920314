import JSON

/// The account that a token belongs to.
public struct ReplicateAccount: Equatable, Sendable {
    public let username: String
    public let name: String?
    public let githubURL: String?

    init?(_ document: JSONValue) {
        guard let username = document["username"]?.text else { return nil }
        self.username = username
        name = document["name"]?.text
        githubURL = document["github_url"]?.text
    }
}

/// One version of a model.
public struct ModelVersion: Equatable, Sendable {
    public let id: String
    /// As Replicate wrote it.
    public let createdAt: String?
    /// `owner/model`.
    public let model: String

    /// `owner/model:id`, as a prediction names it.
    public var fullName: String { "\(model):\(id)" }

    init?(_ document: JSONValue, model: String) {
        guard let id = document["id"]?.text else { return nil }
        self.id = id
        self.model = model
        createdAt = document["created_at"]?.text
    }
}
