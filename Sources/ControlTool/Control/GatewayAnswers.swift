internal import FoundationEssentials

/// A refusal of the gateway.
struct GatewayProblem: Error, Equatable, CustomStringConvertible {
    let description: String

    private struct Document: Decodable { let detail: String }

    init(status: UInt, body: String) {
        let document = try? JSONDecoder().decode(Document.self, from: Data(body.utf8))
        description = document?.detail ?? "The gateway answered \(status)."
    }
}

/// What `GET /status` tells, as far as people want to read it.
struct GatewayStatus: Decodable {
    struct Listener: Decodable {
        let door: String
        let address: String
        let sockets: Int
    }

    struct Certificate: Decodable {
        let name: String
        let notAfter: Int64
    }

    struct Connections: Decodable {
        let open: Int
        let accepted: Int
        let refused: Int
        let tunnelsOpen: Int
        let upstreamOpen: Int
    }

    struct Requests: Decodable {
        let open: Int
        let http1: Int
        let http2: Int
    }

    struct Settings: Decodable {
        let file: String?
        let lastReloadSuccessful: Bool
    }

    struct Policy: Decodable {
        let version: Int
        let refused: String?
    }

    struct Audit: Decodable {
        let written: Int
        let dropped: Int
        let failure: String?
    }

    struct Webhooks: Decodable {
        let kept: Int
        let waiting: Int
        let refused: Int
        let failure: String?
    }

    let pid: Int32
    let version: String
    let phase: String
    let uptimeSeconds: Int64
    let workers: Int
    let listeners: [Listener]
    let certificates: [Certificate]
    let connections: Connections
    let requests: Requests
    let breaker: String
    let settings: Settings
    let policy: Policy?
    let audit: Audit?
    let webhooks: Webhooks?

    /// - Parameter json: The answer's body.
    /// - Throws: When it is not such a document.
    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(json.utf8))
    }

    /// One line for each thing.
    var text: String {
        var lines = ["gateway \(version), process \(pid), \(phase), up \(uptimeSeconds) s, \(workers) workers"]
        lines += listeners.map { "listens \($0.door) \($0.address)" }
        lines += certificates.map { certificate in
            let date = Date(timeIntervalSince1970: TimeInterval(certificate.notAfter)).formatted(.iso8601)
            return "certificate \(certificate.name) until \(date)"
        }
        lines.append(
            "connections \(connections.open) open, \(connections.accepted) accepted, \(connections.refused) refused, "
                + "\(connections.tunnelsOpen) tunnels")
        lines.append("requests \(requests.open) open, \(requests.http1) by HTTP/1, \(requests.http2) by HTTP/2")
        lines.append("backend \(connections.upstreamOpen) connections, breaker \(breaker)")
        let reload = settings.lastReloadSuccessful ? "" : "; the last reload was refused"
        lines.append("settings from \(settings.file ?? "the environment")\(reload)")
        if let policy {
            let version = policy.version == 0 ? "none yet" : "version \(policy.version)"
            lines.append("policy \(version)\(policy.refused.map { "; the file is refused: \($0)" } ?? "")")
        }
        if let audit {
            let failure = audit.failure.map { "; they cannot be written now: \($0)" } ?? ""
            lines.append("audit events \(audit.written) written, \(audit.dropped) lost\(failure)")
        }
        if let webhooks {
            let failure = webhooks.failure.map { "; none can be kept now: \($0)" } ?? ""
            lines.append(
                "webhooks \(webhooks.kept) kept, \(webhooks.waiting) waiting for the backend, "
                    + "\(webhooks.refused) not kept\(failure)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What `POST /upgrade` tells.
struct UpgradeOutcome: Decodable {
    let pid: Int32

    init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }

    var text: String { "upgraded: process \(pid) serves\n" }
}

/// What `POST /reload` tells.
struct ReloadOutcome: Decodable {
    let changed: [String]
    let needsNewProcess: [String]
    let certificates: String?

    init(json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: Data(json.utf8))
    }

    var text: String {
        var lines = [changed.isEmpty ? "reloaded, nothing changed" : "reloaded: \(changed.joined(separator: ", "))"]
        if !needsNewProcess.isEmpty {
            lines.append("waits for tunergate upgrade or a restart: \(needsNewProcess.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
