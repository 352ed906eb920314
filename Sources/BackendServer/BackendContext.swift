import Accounts
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import NetworkAddress

/// What a route knows of its request besides the request itself.
///
/// The gateway is the only writer of the identity headers, so what `ClientAddress` read from them is the truth.
struct BackendContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client as the gateway saw it, from `X-Real-IP`; nil for a process that talks to the socket itself.
    var clientAddress: IPAddress?
    /// From where the request came; a header that is there but unreadable is nobody's, never the machine's.
    var origin: Origin
    /// Who asks; nil for a client that did not say, or whose word was not good.
    var caller: Caller?
    /// SHA-256 of the session that they showed; nil for another credential, or none.
    var session: [UInt8]?
    /// Whether what they showed still speaks for them, as it did: a stream that goes on asks now and then.
    var isStillGood: @Sendable () async -> Bool
    let channel: any Channel
    /// The request's id, as all its log lines carry it.
    var id: String

    /// The client as what is bounded per client counts it: one IPv6 network is one.
    var clientKey: String { Self.clientKey(of: clientAddress) }

    static func clientKey(of address: IPAddress?) -> String {
        String((address ?? ClientIdentity.unknown).limitKey(), radix: 16)
    }

    /// From where a request came, as far as that is a reason to believe it.
    enum Origin: Sendable {
        /// A process that talks to the socket itself; its user id was checked when it connected.
        case socket
        /// A program on this machine, or a page of ours: 127.0.0.1 or ::1.
        case machine
        /// The same from another machine.
        case network
        /// A page of somebody else, or from nobody knows where.
        case elsewhere
    }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientAddress = nil
        origin = .elsewhere
        caller = nil
        session = nil
        isStillGood = { true }
        channel = source.channel
        id = source.logger[metadataKey: Self.frameworkID]?.description ?? "unknown"
        logger[metadataKey: Self.frameworkID] = nil
    }

    /// The name under which Hummingbird logs an id of its own; one id per line is enough.
    private static let frameworkID = "hb.request.id"

    /// Tells a client that waits for it (`Expect: 100-continue`, RFC 9110, section 10.1.1) to send its body.
    ///
    /// To be called once, after everything that the head alone can decide, and before the body is read: a refused
    /// upload is then never sent.
    ///
    /// - Parameter request: The request whose body will be read.
    /// - Throws: When the connection is gone.
    func acceptBody(of request: Request) async throws {
        guard request.headers[.expect]?.lowercased() == "100-continue" else { return }
        try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
    }
}
