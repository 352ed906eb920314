import JSON

/// One message of a stream of server-sent events (WHATWG HTML, section 9.2), as bytes with CRLF line ends.
struct EventFrame: Equatable, Sendable {
    /// What a browser sends back as `Last-Event-ID`; nil for a frame that is no place to go on from.
    var id: Int?
    var name: String?
    let data: JSONValue

    /// JSON text has no line ends outside its escapes, so that one `data` line holds it.
    var text: String {
        let id = id.map { "id: \($0)\r\n" } ?? ""
        let name = name.map { "event: \($0)\r\n" } ?? ""
        return "\(id)\(name)data: \(data.jsonText)\r\n\r\n"
    }
}
