import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension Response {
    /// A JSON answer.
    init(_ document: JSONValue, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.jsonBytes))
        )
    }
}
