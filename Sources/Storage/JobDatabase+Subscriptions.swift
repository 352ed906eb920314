import GRDB
public import Jobs
public import Webhooks

/// Addresses that want to be told of events, and what was sent to them.
extension JobDatabase {
    public func subscriptions() async throws -> [Subscription] {
        try await read { try SubscriptionTable.all(in: $0) }
    }

    public func subscription(_ id: Int64) async throws -> Subscription? {
        try await read { try SubscriptionTable.subscription(id, in: $0) }
    }

    /// Writes one, new when its id is zero.
    ///
    /// - Returns: As it is stored; nil when there are too many.
    public func putSubscription(_ subscription: Subscription) async throws -> Subscription? {
        try await write { database in
            try SubscriptionTable.put(subscription, into: database)
                .flatMap { try SubscriptionTable.subscription($0, in: database) }
        }
    }

    /// Removes one, and the messages to it.
    public func deleteSubscription(_ id: Int64) async throws -> Bool {
        try await write { try SubscriptionTable.delete(id, from: $0) }
    }

    /// The messages whose time has come, the oldest first.
    public func dueDeliveries(now: Timestamp, limit: Int) async throws -> [Delivery] {
        try await read { try DeliveryTable.due(now: now, limit: limit, in: $0) }
    }

    /// The messages to one address, or to all; the newest first.
    public func deliveries(of subscription: Int64?, limit: Int) async throws -> [Delivery] {
        try await read { try DeliveryTable.latest(of: subscription, limit: limit, in: $0) }
    }

    /// Notes what became of an attempt.
    ///
    /// - Parameters:
    ///   - attempt: What became of it.
    ///   - delivery: The message, as it was before.
    ///   - now: The time.
    /// - Throws: What SQLite says; the message is then sent again.
    public func note(_ attempt: Delivery.Attempt, of delivery: Delivery, now: Timestamp) async throws {
        try await write { database in
            try DeliveryTable.note(attempt, of: delivery, now: now, in: database)
            try SubscriptionTable.noteUse(of: delivery.subscriptionID, now: now, in: database)
            try DeliveryTable.sweep(database)
        }
    }

    /// Notes a test, which was sent once.
    public func noteTest(_ event: String, of subscription: Int64, _ attempt: Delivery.Attempt, now: Timestamp)
        async throws
    {
        try await write { database in
            try DeliveryTable.add(event, to: subscription, attempt, now: now, in: database)
            try SubscriptionTable.noteUse(of: subscription, now: now, in: database)
            try DeliveryTable.sweep(database)
        }
    }
}
