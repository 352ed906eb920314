internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// Keeps a gateway running, across crashes and across upgrades, when a second one runs beside it for a while.
struct GatewayKeeper: Sendable {
    /// What a gateway is started with that shall take over from the running one.
    static let takeover = ["TUNERGATE_TAKEOVER": "1"]
    /// How long a gateway may take to notice that its successor died, in questions with a pause between them.
    static let questionsMax = 20
    static let pause: Duration = .milliseconds(100)

    let program: Program
    let control: GatewayControl
    /// Whether a gateway that ended by itself is started again.
    let restarts: Bool
    let log: Logger

    private enum News: Sendable {
        case ended(generation: Int, ProgramEnding, life: Duration)
        case successorWanted
        /// Nobody will want one any more.
        case noMoreWishes
    }

    /// Runs until the task is cancelled, the gateway refuses to work, or, without restarts, the last one ends.
    ///
    /// - Parameter wishes: An element for each time that a successor shall take over.
    /// - Returns: The last end, or one that was not clean. Nil when none was running at the time.
    func keepAlive(successorsWhen wishes: AsyncStream<Void>) async -> ProgramEnding? {
        await withTaskGroup(of: News.self) { group in
            var generations = Generations()
            var backoff = RestartBackoff()
            var final: ProgramEnding?
            start(&group, &generations)
            listen(&group, wishes)
            while let news = await group.next() {
                switch news {
                case .noMoreWishes: break
                case .successorWanted:
                    if !Task.isCancelled { startSuccessor(&group, &generations) }
                    listen(&group, wishes)
                case .ended(let generation, let ending, let life):
                    let verdict = generations.end(generation, ending)
                    if Task.isCancelled {
                        if final?.isCleanStop ?? true { final = ending }
                        continue
                    }
                    guard await goesOn(verdict, ending) else { continue }
                    if ending == .refused || !restarts {
                        group.cancelAll()
                        return ending
                    }
                    let pause = backoff.pause(afterLifeOf: life)
                    log.error(
                        "A program ended by itself and is started again.",
                        metadata: ["program": "\(program.name)", "ending": "\(ending)", "pause": "\(pause)"])
                    start(&group, &generations, after: pause)
                }
            }
            return final
        }
    }

    private func listen(_ group: inout TaskGroup<News>, _ wishes: AsyncStream<Void>) {
        group.addTask { await wishes.first { _ in true } == nil ? .noMoreWishes : .successorWanted }
    }

    private func start(
        _ group: inout TaskGroup<News>, _ generations: inout Generations, after pause: Duration = .zero,
        giving variables: [String: String] = [:]
    ) {
        let generation = generations.start()
        group.addTask {
            // Only a cancelled sleep throws, and then the program is not started.
            if pause > .zero { try? await Task.sleep(for: pause) }
            let start = ContinuousClock.now
            let ending: ProgramEnding
            do {
                ending = try await Task.isCancelled ? .exited(code: 0) : program.live(giving: variables)
            } catch {
                ending = .neverStarted(problem: "\(error)")
            }
            return .ended(generation: generation, ending, life: ContinuousClock.now - start)
        }
    }

    private func startSuccessor(_ group: inout TaskGroup<News>, _ generations: inout Generations) {
        log.info("A new gateway is started to take over.")
        start(&group, &generations, giving: Self.takeover)
    }

    /// Whether an end leaves nobody who takes connections.
    private func goesOn(_ verdict: Generations.Verdict, _ ending: ProgramEnding) async -> Bool {
        switch verdict {
        case .lastEnded: return true
        case .predecessorDone:
            log.info("The old gateway has finished.")
            return false
        case .predecessorLost:
            log.error("The old gateway did not finish cleanly.", metadata: ["ending": "\(ending)"])
            return false
        case .successorLost:
            let isServed = await someoneServes()
            log.error(
                isServed
                    ? "The new gateway ended before it took over; the old one goes on."
                    : "The new gateway ended after it took over.",
                metadata: ["ending": "\(ending)"])
            // Whoever asked for the upgrade waits for the old gateway to tell how it went.
            if isServed { _ = try? await control.ask(.POST, "/upgrade/abandon", patience: .seconds(1)) }
            return !isServed
        }
    }

    /// Whether the gateway that is left answers at the control socket; one that has handed over does not.
    private func someoneServes() async -> Bool {
        for _ in 0..<Self.questionsMax {
            if let answer = try? await control.ask(.GET, "/status", patience: .seconds(1)), answer.isGood {
                return true
            }
            try? await Task.sleep(for: Self.pause)
        }
        return false
    }
}
