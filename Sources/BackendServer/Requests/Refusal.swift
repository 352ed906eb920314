import HTTPTypes
import Hummingbird
import JSON

/// An answer that says no: a status, and JSON whose `detail` is always a text.
struct Refusal: HTTPResponseError {
    let status: HTTPResponse.Status
    private let body: [String: JSONValue]
    private let headers: HTTPFields

    /// The code of one whose caller may not do that.
    static let permissionDenied = "permission_denied"

    /// What programs read; nil for an ordinary refusal.
    var code: String? { body["error"]?.text }

    /// What it says, for people.
    var sentence: String { body["detail"]?.text ?? status.reasonPhrase }

    /// An ordinary refusal: `{"detail": "…"}`.
    init(_ status: HTTPResponse.Status, _ detail: String, headers: HTTPFields = [:]) {
        self.status = status
        body = ["detail": .string(detail)]
        self.headers = headers
    }

    /// A refusal with a code that programs read; `detail` repeats the message for the command line, which shows that.
    init(
        _ status: HTTPResponse.Status, code: String, _ message: String, details: JSONValue = .object([:])
    ) {
        self.status = status
        body = ["error": .string(code), "message": .string(message), "detail": .string(message), "details": details]
        headers = [:]
    }

    /// A field that is not what it must be: 422, where and why.
    ///
    /// - Parameters:
    ///   - field: Its name.
    ///   - index: Which element of it, when it is a list of which one is wrong.
    ///   - place: Where it is: `body` or `query`.
    ///   - problem: What is wrong.
    init(invalid field: String, at index: Int? = nil, in place: String, _ problem: String) {
        status = .unprocessableContent
        let location: [JSONValue] = [.string(place), .string(field)] + (index.map { [JSONValue($0)] } ?? [])
        body = [
            "detail": .string("\(field)\(index.map { "[\($0)]" } ?? ""): \(problem)"),
            "errors": [["type": "value_error", "loc": .array(location), "msg": .string(problem)]],
        ]
        headers = [:]
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        var response = Response(.object(body), status: status)
        response.headers.append(contentsOf: headers)
        return response
    }
}
