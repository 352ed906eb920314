public import ArgumentParser
internal import NIOCore
internal import NIOHTTP1
internal import Settings

/// `tunergate status`: how the running gateway is.
public struct StatusCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the running gateway is.")

    @OptionGroup var config: ConfigOption

    @Flag(help: "Print the gateway's own JSON.")
    var json = false

    public init() {}

    public func run() async throws {
        let body = try await ControlConversation(config).good(.GET, "/status")
        try Terminal.say(json ? body : try GatewayStatus(json: body).text)
    }
}

/// `tunergate metrics`: what a scraper would get.
public struct MetricsCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Print the running gateway's metrics in Prometheus' text format.")

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        try Terminal.say(try await ControlConversation(config).good(.GET, "/metrics"))
    }
}

/// `tunergate drain`: no more requests shall be sent here.
public struct DrainCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take the running gateway out of rotation.",
        discussion: """
            Readiness fails and clients are asked to close their connections, while new ones are still served. The \
            gateway runs on until it is stopped.
            """
    )

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        _ = try await ControlConversation(config).good(.POST, "/drain")
        try Terminal.say("draining\n")
    }
}

/// `tunergate reload`: settings and certificates anew, in the running process.
public struct ReloadCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running gateway read its settings file and certificates again.",
        discussion: "Nothing is closed. Settings that are wrong change nothing and are told; then it ends with 78."
    )

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        let body = try await ControlConversation(config).good(.POST, "/reload", patience: .seconds(60))
        try Terminal.say(try ReloadOutcome(json: body).text)
    }
}

/// `tunergate upgrade`: the executable that is installed now takes over.
public struct UpgradeCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Replace the running gateway by the one that is installed now, without losing a request.",
        discussion: """
            The new process gets the listening sockets from the old one. If it does not come to serve, the old one \
            goes on.
            """
    )

    @OptionGroup var config: ConfigOption

    public init() {}

    public func run() async throws {
        // Longer than the gateway itself waits for its successor.
        let body = try await ControlConversation(config).good(.POST, "/upgrade", patience: .seconds(100))
        try Terminal.say(try UpgradeOutcome(json: body).text)
    }
}

/// `tunergate explain`: what would become of a request.
public struct ExplainCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell what the running gateway would make of a request: who answers, which limits, what is refused.")

    @OptionGroup var config: ConfigOption

    @Argument(help: "The request's method, unless it is GET, and its target, as in POST \"/api/cloud/jobs?x=5\".")
    var request: [String]

    @Option(help: "The request's Host.")
    var host = "localhost"

    @Option(help: "A further header, \"Name: value\"; may be given several times.")
    var header: [String] = []

    @Option(name: [.customLong("ip"), .customLong("peer")], help: "The address that the request comes from.")
    var peer: String?

    @Option(help: "The door that it comes through: tls or local.")
    var door: String?

    @Option(help: "What it speaks at the TLS door: https or http.")
    var scheme: String?

    public init() {}

    public func validate() throws {
        guard (1...2).contains(request.count) else {
            throw ValidationError("Give a target, or a method and a target, as in: tunergate explain POST /api/jobs")
        }
    }

    public func run() async throws {
        let method = request.count == 2 ? request[0] : "GET"
        var items = [("method", method), ("target", request[request.count - 1]), ("host", host)]
        items += header.map { ("header", $0) }
        for (name, value) in [("peer", peer), ("door", door), ("scheme", scheme)] {
            if let value { items.append((name, value)) }
        }
        let query = items.map { "\($0.0)=\(GatewayControl.encode($0.1))" }.joined(separator: "&")
        try Terminal.say(try await ControlConversation(config).good(.GET, "/explain?\(query)"))
    }
}

/// One question to the gateway that the settings lead to.
private struct ControlConversation {
    /// Nobody answers (EX_UNAVAILABLE of sysexits.h).
    static let unavailableCode: Int32 = 69

    private let control: GatewayControl

    init(_ config: ConfigOption) throws {
        do throws(SettingsErrors) {
            let environment = config.environment
            control = GatewayControl(
                try GatewaySettings(file: SettingsFile(environment: environment), environment: environment, cores: 1))
        } catch {
            throw Terminal.refuse(error)
        }
    }

    /// Asks.
    ///
    /// - Returns: The body of a good answer.
    /// - Throws: What ends the command after everything else, which was said on standard error.
    func good(
        _ method: HTTPMethod, _ target: String, patience: TimeAmount = .seconds(10)
    ) async throws -> String {
        let answer: GatewayControl.Answer
        do throws(NoGateway) {
            answer = try await control.ask(method, target, patience: patience)
        } catch {
            throw Terminal.refuse(error, code: Self.unavailableCode)
        }
        guard answer.isGood else {
            throw Terminal.refuse(answer.problem, code: answer.status == 422 ? ProgramEnding.refusedCode : 1)
        }
        return answer.body
    }
}
