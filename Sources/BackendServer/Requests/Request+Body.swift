import HTTPTypes
import Hummingbird
import JSON
import NIOCore

extension Request {
    /// Reads the body as it came, up to a limit.
    ///
    /// - Parameters:
    ///   - limit: In bytes.
    ///   - context: Of this request; a client that waits for `100 Continue` gets it here.
    /// - Returns: The bytes.
    /// - Throws: `Refusal` 413 for a longer one.
    func bytes(upTo limit: Int, _ context: BackendContext) async throws -> [UInt8] {
        try refuse(longerThan: limit)
        try await context.acceptBody(of: self)
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= limit else { throw Self.tooLarge }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// Reads the body as JSON; one without a byte is null.
    func json(upTo limit: Int, _ context: BackendContext) async throws -> JSONValue {
        let bytes = try await bytes(upTo: limit, context)
        if bytes.isEmpty { return .null }
        guard let document = try? JSONValue(parsing: bytes) else {
            throw Refusal(.unprocessableContent, "The body is not valid JSON.")
        }
        return document
    }

    /// Reads the body as a JSON object.
    func object(upTo limit: Int, _ context: BackendContext) async throws -> [String: JSONValue] {
        guard let members = try await json(upTo: limit, context).members else {
            throw Refusal(.unprocessableContent, "The body must be a JSON object.")
        }
        return members
    }

    private static var tooLarge: Refusal { Refusal(.contentTooLarge, "The body is too large.") }

    private func refuse(longerThan limit: Int) throws {
        guard let text = headers[.contentLength] else { return }
        guard let length = Int(text), length <= limit else { throw Self.tooLarge }
    }
}
