internal import Logging

/// Keeps gateway and backend running until somebody asks for a stop or one of them refuses to work.
///
/// The nesting of its task groups is the order of stopping: the gateway first, while the backend still answers what
/// is in flight, then the backend.
struct Supervisor: Sendable {
    let gateway: GatewayKeeper
    let backend: Program
    let log: Logger

    /// Why everything is being stopped.
    private enum Reason: Sendable { case asked, refused }

    /// Runs both programs.
    ///
    /// - Parameters:
    ///   - stopAsked: Returns when the installation shall stop.
    ///   - successors: An element for each time that a new gateway shall take over.
    ///   - ready: Runs beside the programs, once; it is cancelled by a stop.
    /// - Returns: The exit code: 0 after a clean stop, 78 after a refusal, 1 when a program had to be killed.
    func run(
        until stopAsked: @escaping @Sendable () async -> Void,
        successorsWhen successors: AsyncStream<Void>,
        announcing ready: @escaping @Sendable () async -> Void
    ) async -> Int32 {
        let (reasons, reports) = AsyncStream.makeStream(of: Reason.self)
        let (reason, endings) = await withTaskGroup(of: ProgramEnding?.self) { backendGroup in
            backendGroup.addTask { report(await backend.keepAlive(log: log), of: backend, to: reports) }
            let (reason, gatewayEnding) = await withTaskGroup(of: ProgramEnding?.self) { gatewayGroup in
                gatewayGroup.addTask {
                    let ending = await gateway.keepAlive(successorsWhen: successors)
                    return report(ending, of: gateway.program, to: reports)
                }
                gatewayGroup.addTask {
                    await stopAsked()
                    reports.yield(.asked)
                    return nil
                }
                gatewayGroup.addTask {
                    await ready()
                    return nil
                }
                let reason = await reasons.first { _ in true }
                gatewayGroup.cancelAll()
                return (reason, await gatewayGroup.reduce(into: []) { $0.append($1) })
            }
            backendGroup.cancelAll()
            return (reason, await backendGroup.reduce(into: gatewayEnding) { $0.append($1) })
        }
        if reason == .refused { return ProgramEnding.refusedCode }
        return endings.allSatisfy { $0?.isCleanStop ?? true } ? 0 : 1
    }

    private func report(
        _ ending: ProgramEnding?, of program: Program, to reports: AsyncStream<Reason>.Continuation
    ) -> ProgramEnding? {
        if ending == .refused {
            reports.yield(.refused)
        } else if let ending, !ending.isCleanStop {
            log.error(
                "A program did not stop cleanly.", metadata: ["program": "\(program.name)", "ending": "\(ending)"])
        }
        return ending
    }
}
