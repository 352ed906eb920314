internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// What a server said.
public struct Answer: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    /// The first header of this name; names are compared without regard to case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Null when the body is not JSON, so that an expectation about a field fails and shows it.
    public var json: JSON { (try? JSON(body)) ?? .null }

    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// An HTTP client that trusts one certificate and nothing else.
public struct APIClient: Sendable {
    static let bodyBytesMax = 64 * 1024 * 1024
    static let patience: TimeAmount = .seconds(30)

    private let client: HTTPClient

    /// Lends a client for as long as the body runs.
    ///
    /// - Parameters:
    ///   - certificatePath: A PEM file with the one certificate to trust; nil trusts the system's.
    ///   - body: Uses the client.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    public static func trusting<Result>(
        _ certificatePath: String?, _ body: (APIClient) async throws -> Result
    ) async throws -> Result {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let certificatePath { tls.trustRoots = .file(certificatePath) }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            try await body(APIClient(client: client))
        }
    }

    public func get(_ url: String) async throws -> Answer { try await send("GET", url) }

    public func put(_ url: String, _ body: JSON) async throws -> Answer { try await send("PUT", url, json: body) }

    public func post(_ url: String, _ body: JSON) async throws -> Answer { try await send("POST", url, json: body) }

    private func send(_ method: String, _ url: String, json: JSON) async throws -> Answer {
        try await send(method, url, headers: ["Content-Type": "application/json"], body: try json.bytes)
    }

    public func send(
        _ method: String, _ url: String, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(body) }
        let response = try await client.execute(request, timeout: Self.patience)
        let collected = try await response.body.collect(upTo: Self.bodyBytesMax)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers.map { (name: $0.name, value: $0.value) },
            body: Array(collected.readableBytesView)
        )
    }

    /// The head of an answer that does not end, and what comes with it first.
    ///
    /// - Parameter url: Of a stream.
    /// - Returns: The answer so far; the connection is closed.
    /// - Throws: When there is none.
    public func beginning(of url: String) async throws -> Answer {
        let response = try await client.execute(HTTPClientRequest(url: url), timeout: Self.patience)
        var first: [UInt8] = []
        for try await chunk in response.body {
            first = Array(chunk.readableBytesView)
            break
        }
        return Answer(
            status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
            body: first)
    }
}
