import JSON

extension [SecretName: String] {
    /// The names and texts of an object; what is no text is no secret.
    init(_ document: JSONValue?) {
        self.init()
        for (key, value) in document?.members ?? [:] {
            if let name = SecretName(key), let text = value.text, !text.isEmpty { self[name] = text }
        }
    }
}
