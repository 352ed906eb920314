import JSON
import Providers
import S3

/// What the gateway says of the policy that it goes by.
struct GatewayStanding: Equatable, Sendable, Decodable {
    /// The version that every worker of it uses; nil while some may still use another.
    let version: Int?
    /// Why it does not take the file that lies there; nil when it does.
    let refused: String?
    /// Why it cannot write its audit events down; nil when it can.
    var auditFailure: String?

    /// Why it could not keep webhooks if this process were away; nil when it could.
    var inboxFailure: String?

    private enum CodingKeys: String, CodingKey {
        case version, refused
        case auditFailure = "audit_failure"
        case inboxFailure = "inbox_failure"
    }
}

/// Why the gateway does not say which policy it goes by.
enum GatewaySilence: Error, Equatable {
    /// Nobody listens at its socket.
    case absent
    /// It answers, but not to this question, or not in time.
    case unclear

    var sentence: String {
        switch self {
        case .absent: "No gateway listens at its control socket."
        case .unclear: "The gateway does not say which policy it uses."
        }
    }
}

/// The gateway's control socket, as far as it tells of the policy and of its metrics.
struct GatewayLink: Sendable {
    /// How long a change waits for the gateway: it needs a tenth of that.
    static let patience = Duration.seconds(1)
    static let pause = Duration.milliseconds(5)
    /// How long one answer may take.
    static let answerPatience = Duration.milliseconds(200)

    let socketPath: String
    let outbound: Outbound
    let stopwatch: Stopwatch

    private func call(_ path: String) -> OutboundCall {
        let host = PercentEncoding.encode(socketPath, keepingSlash: false)
        return OutboundCall(
            method: .get, url: "http+unix://\(host)\(path)", headers: [OutboundCall.Header("Host", "gateway")],
            body: nil)
    }

    /// What the gateway tells Prometheus; nil when it does not answer in time.
    func metrics() async -> GatewayMetrics? {
        let answer = try? await outbound.send(call("/metrics"), Self.answerPatience)
        guard let answer, answer.status == 200 else { return nil }
        return GatewayMetrics(text: String(decoding: answer.body, as: UTF8.self))
    }

    /// Asks once.
    func answer(within limit: Duration = answerPatience) async -> Result<GatewayStanding, GatewaySilence> {
        do throws(OutboundFailure) {
            let standing = Self.standing(in: try await outbound.send(call("/policy"), limit))
            return standing.map { .success($0) } ?? .failure(.unclear)
        } catch {
            if case .notSent = error { return .failure(.absent) }
            return .failure(.unclear)
        }
    }

    private static func standing(in answer: OutboundAnswer) -> GatewayStanding? {
        guard answer.status == 200, let document = try? JSONValue(parsing: answer.body) else { return nil }
        return try? JSONValueDecoder(document).decode()
    }

    /// Waits until the gateway uses a version, or a later one.
    ///
    /// A refusal ends nothing: it may be of the file before, until the gateway has looked at this one.
    ///
    /// - Parameter version: The version that lies in the file.
    /// - Returns: Nil when it is used, else why not, as a sentence.
    func problem(applying version: Int) async -> String? {
        let start = stopwatch.now()
        while true {
            let left = max(Self.pause, Self.patience - (stopwatch.now() - start))
            let answer = await answer(within: min(left, Self.answerPatience))
            switch answer {
            case .success(let standing) where standing.version ?? -1 >= version: return nil
            case .failure(.absent): return GatewaySilence.absent.sentence
            case .success, .failure(.unclear): break
            }
            guard stopwatch.now() - start < Self.patience, await stopwatch.sleep(Self.pause) else {
                return Self.sentence(answer)
            }
        }
    }

    private static func sentence(_ answer: Result<GatewayStanding, GatewaySilence>) -> String {
        switch answer {
        case .success(let standing): standing.refusal ?? standing.progress
        case .failure(let silence): silence.sentence
        }
    }
}

extension GatewayStanding {
    /// Which version is used, as a sentence.
    var progress: String {
        version.map { "The gateway uses version \($0)." } ?? "The gateway has not put it to use yet."
    }

    /// The refusal as a sentence of ours, cut to a length that fits everywhere.
    var refusal: String? {
        refused.map { "The gateway refuses the policy: \($0.prefix(256))" }
    }
}
