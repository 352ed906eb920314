import Logging
import ServiceLifecycle

/// Sees to it, every few seconds, that the policy which is stored is also written.
///
/// A change writes it at once. This is for a change whose client went away half-way, for a disk that was full, and for a
/// file that somebody damaged or removed.
struct PolicyKeeper: Service {
    private static let interval = Duration.seconds(5)

    let desk: PolicyDesk

    func run() async throws {
        var isFailing = false
        await repeatUntilShutdown(pausing: Self.interval) { await round(&isFailing) }
    }

    /// Looks once, and says when it begins to fail and when that is over: a full disk is two lines of the log.
    ///
    /// - Parameter isFailing: Whether the round before failed.
    func round(_ isFailing: inout Bool) async {
        do {
            try await desk.publish()
            if isFailing {
                desk.logger.notice(
                    "the gateway's policy can be written again", metadata: ["path": "\(desk.file.path)"])
            }
            isFailing = false
        } catch {
            if !isFailing { desk.noteFailure(error) }
            isFailing = true
        }
    }
}
