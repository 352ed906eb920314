internal import FoundationEssentials
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Replicate's API, served by the test itself, on loopback.
///
/// It behaves like the platform where a training service can tell the difference: it wants the token, it remembers
/// predictions, and it posts signed webhooks. Unlike the platform it can be told what to do wrong.
public struct StandInReplicate: Sendable {
    /// The base of its API, for `TUNERGATE_REPLICATE_URL`.
    public let url: String
    public let token = "r8_standInTokenOfTheTests"
    let webhookSecret: String
    let ledger: ReplicateLedger

    /// Serves for as long as the body runs.
    ///
    /// - Parameter body: Uses the stand-in.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws.
    public static func serving<Result: Sendable>(
        _ body: (StandInReplicate) async throws -> Result
    ) async throws -> Result {
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let ledger = ReplicateLedger()
        let webhookSecret = "whsec_" + Data((0..<24).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        let preview = StandInReplicate(url: "", webhookSecret: webhookSecret, ledger: ledger)
        let application = Application(
            router: ReplicateRoutes(ledger: ledger, token: preview.token, webhookSecret: webhookSecret).router(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { report.yield(port) }
                report.finish()
            },
            logger: Logger(label: "stand-in") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { report.finish() }
                try await application.runService(gracefulShutdownSignals: [])
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            defer { group.cancelAll() }
            return try await body(
                StandInReplicate(url: "http://127.0.0.1:\(port)/v1", webhookSecret: webhookSecret, ledger: ledger))
        }
    }

    public var predictions: [Prediction] { ledger.predictions }

    /// How often a call has arrived.
    public func count(of call: ReplicateCall) -> Int { ledger.calls.count { $0 == call } }

    /// Lets the next call of this kind go wrong; several plans for one kind happen one after another.
    public func plan(_ fault: ReplicateFault, for call: ReplicateCall) { ledger.plan(fault, for: call) }
}
