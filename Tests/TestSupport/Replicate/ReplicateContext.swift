internal import Hummingbird
internal import NIOCore

/// A request's context that can also cut the line.
struct ReplicateContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Closes the connection, so that whatever is answered never arrives.
    func cutLine() async throws {
        try await channel.close()
    }
}
