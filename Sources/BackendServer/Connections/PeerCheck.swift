import Logging
import NIOCore

/// Lets only some users' processes speak on a connection of the Unix socket (SO_PEERCRED, unix(7)).
///
/// The gateway's identity headers are believed, so whoever could connect as somebody else could be anybody.
final class PeerCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let allowed: Set<UInt32>
    private let logger: Logger
    private var isAllowed = false

    init(allowed: Set<UInt32>, logger: Logger) {
        self.allowed = allowed
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { check(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        check(context)
        if isAllowed { context.fireChannelActive() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isAllowed { context.fireChannelRead(data) }
    }

    private func check(_ context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else {
            context.close(promise: nil)
            return
        }
        let answer: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(level: .socket, name: .peerCredentials)
        // On the event loop the answer is there at once, so nothing is read before it.
        answer.assumeIsolated().whenComplete { result in
            guard case .success(let peer) = result, self.allowed.contains(peer.userID) else {
                self.logger.warning("a process of another user was turned away from the socket")
                context.close(promise: nil)
                return
            }
            self.isAllowed = true
        }
    }

    /// `struct ucred`: three 32-bit numbers.
    private struct Credentials: Sendable {
        var processID: Int32 = 0
        var userID: UInt32 = .max
        var groupID: UInt32 = .max
    }
}

extension NIOBSDSocket.Option {
    fileprivate static let peerCredentials = NIOBSDSocket.Option(rawValue: 17)
}
