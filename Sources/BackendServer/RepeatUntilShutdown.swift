import ServiceLifecycle

/// Does the work of a service again and again until the process stops.
///
/// - Parameters:
///   - pause: Behind each round; asked for anew each time.
///   - bell: Ends a pause early.
///   - round: The work; it is not interrupted.
func repeatUntilShutdown(
    pausing pause: @autoclosure () -> Duration, wokenBy bell: QueueBell = QueueBell(), _ round: () async -> Void
) async {
    while !Task.isShuttingDownGracefully {
        await round()
        let pause = pause()
        await cancelWhenGracefulShutdown { await bell.wait(atMost: pause) }
        if Task.isCancelled { return }
    }
}
