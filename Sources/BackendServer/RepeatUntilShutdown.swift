import ServiceLifecycle

/// Does the work of a service again and again until the process stops.
///
/// - Parameters:
///   - pause: Behind each round; asked for anew each time.
///   - round: The work; it is not interrupted.
func repeatUntilShutdown(pausing pause: @autoclosure () -> Duration, _ round: () async -> Void) async {
    while !Task.isShuttingDownGracefully {
        await round()
        let pause = pause()
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
        if Task.isCancelled { return }
    }
}
