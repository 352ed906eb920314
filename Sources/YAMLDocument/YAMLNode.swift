/// A value of a document, and where it is written.
public struct YAMLNode: Equatable, Sendable {
    public enum Content: Equatable, Sendable {
        /// Nothing, `~` or `null`.
        case empty
        /// A text; whether it is a number is for its reader to say.
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([YAMLMember])
        /// Something that was refused already; its reader has nothing to add.
        case refused
    }

    public let place: YAMLPlace
    public let content: Content

    public init(place: YAMLPlace, content: Content) {
        self.place = place
        self.content = content
    }
}

/// A key with its value.
public struct YAMLMember: Equatable, Sendable {
    public let key: String
    /// Where the key is written.
    public let place: YAMLPlace
    public let value: YAMLNode

    public init(key: String, place: YAMLPlace, value: YAMLNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}

/// Line and column, counted from 1; columns are characters.
public struct YAMLPlace: Equatable, Sendable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// What is wrong with a document: where, what of it, what about that, and what to do.
public struct YAMLFault: Equatable, Sendable {
    public let place: YAMLPlace
    /// The key, or "The file".
    public let subject: String
    public let problem: String
    public let remedy: String

    init(_ place: YAMLPlace, of subject: String = "The file", _ problem: String, _ remedy: String) {
        self.place = place
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
    }
}
