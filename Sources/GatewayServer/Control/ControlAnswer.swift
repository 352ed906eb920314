import Telemetry

/// An answer on the control socket.
struct ControlAnswer: Equatable, Sendable {
    let status: Int
    let contentType: String
    let body: String
    /// Beyond the usual headers.
    var allow: String?

    init(status: Int = 200, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    static func json(_ text: JSONText, status: Int = 200) -> ControlAnswer {
        ControlAnswer(status: status, contentType: "application/json", body: text.closed + "\n")
    }

    static func refusal(_ status: Int, _ detail: String) -> ControlAnswer {
        var text = JSONText()
        text.add("detail", detail)
        return json(text, status: status)
    }

    /// The answer as bytes.
    func bytes(isHead: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\nContent-Type: \(contentType)\r\n"
        if let allow { head += "Allow: \(allow)\r\n" }
        head += "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + (isHead ? [] : Array(body.utf8))
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 202: "Accepted"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 422: "Unprocessable Content"
        case 500..<600: "Failed"
        default: "Refused"
        }
    }
}
