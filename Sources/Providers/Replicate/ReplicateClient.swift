import JSON

/// Where Replicate is, and as whom to speak to it.
public struct ReplicateAccess: Sendable {
    let baseURL: String
    /// A secret.
    let token: String
    let timeout: Duration

    /// - Parameters:
    ///   - baseURL: `https://api.replicate.com/v1`, or a stand-in.
    ///   - token: `r8_…`.
    ///   - timeout: For one call, answer included.
    public init(baseURL: String, token: String, timeout: Duration) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.token = token
        self.timeout = timeout
    }
}

/// Replicate's HTTP API, as far as a training job needs it.
///
/// Retries nothing: it says which calls may be repeated, and the way out that it is given does it or not.
public struct ReplicateClient: Sendable {
    private let outbound: Outbound
    private let access: ReplicateAccess

    public init(outbound: Outbound, access: ReplicateAccess) {
        self.outbound = outbound
        self.access = access
    }

    /// Starts a prediction.
    ///
    /// When this throws `unclear`, it may be running all the same.
    public func createPrediction(_ order: PredictionOrder) async throws(ProviderError) -> Prediction {
        try prediction(in: try await call(.post, "/predictions", order.document))
    }

    public func prediction(_ id: String) async throws(ProviderError) -> Prediction {
        try prediction(in: try await call(.get, "/predictions/\(id)"))
    }

    /// The predictions behind a page, or with nil the newest: about a hundred.
    ///
    /// The address of a page is the provider's word, and our token goes there: so it must be the provider's own.
    ///
    /// - Parameter page: One that is not the last.
    /// - Returns: The next page, or the first.
    /// - Throws: `ProviderError`.
    public func predictions(after page: PredictionPage? = nil) async throws(ProviderError) -> PredictionPage {
        var url = access.baseURL + "/predictions"
        if let page {
            guard let next = page.next, let origin = WebOrigin(next), origin == WebOrigin(access.baseURL) else {
                throw .unclear(reason: "its list goes on at another address")
            }
            url = next
        }
        guard let page = PredictionPage(try await call(.get, url: url)) else { throw Self.unintelligible }
        return page
    }

    /// Stops a prediction.
    ///
    /// - Parameter id: The prediction's id.
    /// - Returns: The prediction as it is now; nil when there is none, which is as good as stopped.
    /// - Throws: `ProviderError`.
    public func cancelPrediction(_ id: String) async throws(ProviderError) -> Prediction? {
        do throws(ProviderError) {
            return try prediction(in: try await call(.post, "/predictions/\(id)/cancel", isRepeatable: true))
        } catch .refused(status: 404, _) {
            return nil
        }
    }

    /// The account that the token belongs to.
    public func account() async throws(ProviderError) -> ReplicateAccount {
        guard let account = ReplicateAccount(try await call(.get, "/account")) else { throw Self.unintelligible }
        return account
    }

    /// The versions of a model, newest first, as many as Replicate tells at once.
    public func versions(of model: String) async throws(ProviderError) -> [ModelVersion] {
        guard let results = try await call(.get, "/models/\(model)/versions")["results"]?.elements else {
            throw Self.unintelligible
        }
        return results.compactMap { ModelVersion($0, model: model) }
    }

    /// The newest version of a model, as `owner/model:hash`.
    public func latestVersion(of model: String) async throws(ProviderError) -> String {
        guard let newest = try await versions(of: model).first else { throw Self.unintelligible }
        return newest.fullName
    }

    /// The secret that webhooks are signed with, as `whsec_…`.
    public func webhookSecret() async throws(ProviderError) -> String {
        guard let key = try await call(.get, "/webhooks/default/secret")["key"]?.text else {
            throw Self.unintelligible
        }
        return key
    }

    private static let unintelligible = ProviderError.unclear(reason: "the answer has an unknown form")

    private func prediction(in document: JSONValue) throws(ProviderError) -> Prediction {
        guard let prediction = Prediction(document) else { throw Self.unintelligible }
        return prediction
    }

    private func call(
        _ method: OutboundCall.Method, _ path: String, _ body: JSONValue? = nil, isRepeatable: Bool? = nil
    ) async throws(ProviderError) -> JSONValue {
        try await call(method, url: access.baseURL + path, body, isRepeatable: isRepeatable)
    }

    private func call(
        _ method: OutboundCall.Method, url: String, _ body: JSONValue? = nil, isRepeatable: Bool? = nil
    ) async throws(ProviderError) -> JSONValue {
        let answer: OutboundAnswer
        do throws(OutboundFailure) {
            answer = try await outbound.send(request(method, url, body, isRepeatable), access.timeout)
        } catch {
            throw ProviderError(error)
        }
        return try Self.document(of: answer)
    }

    private func request(
        _ method: OutboundCall.Method, _ url: String, _ body: JSONValue?, _ isRepeatable: Bool?
    ) -> OutboundCall {
        var headers = [
            OutboundCall.Header("Authorization", "Bearer \(access.token)"),
            OutboundCall.Header("Accept", "application/json"),
        ]
        if body != nil { headers.append(OutboundCall.Header("Content-Type", "application/json")) }
        return OutboundCall(
            method: method, url: url, headers: headers, body: body?.jsonBytes,
            isRepeatable: isRepeatable)
    }

    private static func document(of answer: OutboundAnswer) throws(ProviderError) -> JSONValue {
        switch answer.status {
        case 200..<300:
            guard let document = try? JSONValue(parsing: answer.body) else { throw unintelligible }
            return document
        case 500...:
            throw .unclear(reason: "it answered \(answer.status)")
        default:
            throw .refused(status: answer.status, detail: detail(of: answer))
        }
    }

    /// What the provider said, short; the answer's own text, since users search for it.
    private static func detail(of answer: OutboundAnswer) -> String {
        let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
        return text.isEmpty ? "HTTP \(answer.status)" : text
    }
}
