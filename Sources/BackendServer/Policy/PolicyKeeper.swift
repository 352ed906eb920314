import Logging
import ServiceLifecycle

/// Sees to it, every few seconds, that the policy which is stored is also written.
///
/// A change writes it at once. This is for a change whose client went away half-way, and for a disk that was full.
struct PolicyKeeper: Service {
    private static let interval = Duration.seconds(5)

    let desk: PolicyDesk

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            do {
                try await desk.publish()
            } catch {
                desk.logger.error("the gateway's policy could not be written", metadata: ["error": "\(error)"])
            }
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.interval) }
            if Task.isCancelled { return }
        }
    }
}
