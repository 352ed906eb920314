internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Settings

/// A running gateway, as its control socket shows it.
struct GatewayControl: Sendable {
    static let answerBytesMax = 8 * 1024 * 1024

    let socketPath: String

    struct Answer: Sendable {
        let status: UInt
        let body: String

        /// What went wrong, in the gateway's own words.
        var problem: GatewayProblem { GatewayProblem(status: status, body: body) }
        var isGood: Bool { 200..<300 ~= status }
    }

    /// Asks once, on a connection of its own.
    ///
    /// - Parameters:
    ///   - method: GET or POST.
    ///   - target: Path and query, encoded.
    ///   - patience: How long the answer may take.
    /// - Returns: The answer, good or bad.
    /// - Throws: ``NoGateway`` when there is none.
    func ask(
        _ method: HTTPMethod, _ target: String, patience: TimeAmount = .seconds(10)
    ) async throws(NoGateway) -> Answer {
        var configuration = HTTPClient.Configuration(proxy: nil)
        configuration.connectionPool.retryConnectionEstablishment = false
        do {
            return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
                var request = HTTPClientRequest(url: "http+unix://\(Self.encode(socketPath))\(target)")
                request.method = method
                request.headers.add(name: "Host", value: "gateway")
                let response = try await client.execute(request, timeout: patience)
                let body = try await response.body.collect(upTo: Self.answerBytesMax)
                return Answer(status: response.status.code, body: String(buffer: body))
            }
        } catch {
            throw NoGateway(socketPath: socketPath, reason: "\(error)")
        }
    }

    /// Percent-encodes everything that is not plain, for a host or a query's value.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

/// Nobody answers at the control socket.
struct NoGateway: Error, CustomStringConvertible {
    let socketPath: String
    let reason: String

    var description: String {
        "No gateway answers at \(socketPath) (\(reason)). Start one, or name its folders by the settings it runs with: "
            + "SIMPLETUNER_STATE_DIR, TUNERGATE_RUNTIME_DIR, --config."
    }
}

extension GatewayControl {
    /// The gateway that runs with these settings.
    init(_ settings: GatewaySettings) {
        self.init(socketPath: settings.paths.gatewaySocket)
    }
}
