import Logging
import ServiceLifecycle
import Storage
import Webhooks

/// Sends the messages whose time has come: those to one address one after the other, in their order, and to a few addresses
/// at a time, so that a slow one holds up nobody for long.
struct DeliveryRunner: Service {
    private static let interval = Duration.seconds(1)
    private static let perRound = 40
    private static let atOnce = 4

    let desk: SubscriptionDesk
    let logger: Logger

    func run() async throws {
        await repeatUntilShutdown(pausing: Self.interval) { await round() }
    }

    func round() async {
        do {
            let due = try await desk.database.dueDeliveries(now: desk.clock(), limit: Self.perRound)
            guard !due.isEmpty else { return }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, deliveries) in Dictionary(grouping: due, by: \.subscriptionID).values.enumerated() {
                    if index >= Self.atOnce { try await group.next() }
                    group.addTask { for delivery in deliveries { try await deliver(delivery) } }
                }
                try await group.waitForAll()
            }
        } catch {
            logger.error("messages to subscribers could not be sent", metadata: ["error": "\(error)"])
        }
    }

    private func deliver(_ delivery: Delivery) async throws {
        guard let subscription = try await desk.database.subscription(delivery.subscriptionID) else { return }
        let attempt =
            subscription.isEnabled
            ? try await desk.send(delivery, to: subscription)
            : Delivery.Attempt(status: nil, milliseconds: 0, problem: "The subscription is switched off.")
        try await desk.database.note(attempt, of: delivery, now: desk.clock())
        if let problem = attempt.problem, Delivery.wait(after: delivery.attempts + 1) == nil {
            logger.warning(
                "a message to a subscriber was given up",
                metadata: ["subscription": "\(subscription.id)", "event": "\(delivery.event)", "problem": "\(problem)"])
        }
    }
}
