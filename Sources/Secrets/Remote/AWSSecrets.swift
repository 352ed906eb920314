import JSON
public import Jobs
public import Providers
import S3

/// One secret of AWS Secrets Manager, which is a JSON object.
public struct AWSSecrets: Sendable {
    private let secretName: String
    private let signature: AWSSignature
    private let sessionToken: String?
    private let url: String
    private let outbound: Outbound
    private let patience: Duration

    /// Who asks; secrets.
    public struct Credentials: Sendable {
        let keyID: String
        let key: String
        let sessionToken: String?

        public init(keyID: String, key: String, sessionToken: String?) {
            self.keyID = keyID
            self.key = key
            self.sessionToken = sessionToken
        }
    }

    /// - Parameters:
    ///   - secretName: Its name, or ARN.
    ///   - region: Where it is.
    ///   - url: Where to ask; nil for the region's own endpoint.
    ///   - credentials: As whom.
    ///   - outbound: The way there.
    ///   - patience: For the call.
    public init(
        secretName: String, region: String, url: String?, credentials: Credentials, outbound: Outbound,
        patience: Duration
    ) {
        self.secretName = secretName
        let url = url ?? "https://secretsmanager.\(region).amazonaws.com"
        self.url = url.hasSuffix("/") ? url : url + "/"
        signature = AWSSignature(
            service: "secretsmanager", region: region, keyID: credentials.keyID, key: credentials.key)
        sessionToken = credentials.sessionToken
        self.outbound = outbound
        self.patience = patience
    }

    /// Reads all of them (`GetSecretValue`).
    public func read(_ now: Timestamp) async throws(RemoteProblem) -> SecretValues {
        let answer: OutboundAnswer
        do throws(OutboundFailure) { answer = try await outbound.send(try call(now), patience) } catch {
            throw RemoteProblem(error.reason)
        }
        guard answer.status == 200 else { throw RemoteProblem("it answered \(answer.status)") }
        guard let document = try? JSONValue(parsing: answer.body), let text = document["SecretString"]?.text,
            let values = try? JSONValue(parsing: text), values.members != nil
        else { throw RemoteProblem("the secret is no JSON object") }
        return SecretValues(values)
    }

    private func call(_ now: Timestamp) throws(OutboundFailure) -> OutboundCall {
        guard let origin = WebOrigin(url) else { throw .notSent("the address cannot be read") }
        let body = JSONValue.object(["SecretId": .string(secretName)]).jsonBytes
        let isStandardPort = origin.port == (origin.scheme == "https" ? 443 : 80)
        var headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("host", isStandardPort ? origin.host : "\(origin.host):\(origin.port)"),
            ("x-amz-date", CivilTime(secondsSince1970: now.microseconds / 1_000_000).signingTimestamp),
        ]
        if let sessionToken { headers.append(("x-amz-security-token", sessionToken)) }
        headers.append(("x-amz-target", "secretsmanager.GetSecretValue"))
        let authorization = signature.authorization(headers: headers, body: body)
        return OutboundCall(
            method: .post, url: url,
            headers: (headers + [("authorization", authorization)]).map { OutboundCall.Header($0.0, $0.1) },
            body: body, isRepeatable: true)
    }
}
