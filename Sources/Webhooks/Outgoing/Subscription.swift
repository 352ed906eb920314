public import Jobs

/// An address that wants to be told of events.
public struct Subscription: Equatable, Sendable {
    public let id: Int64
    public var name: String
    public var url: String
    /// Which events; none for all that there are.
    public var events: Set<OutgoingEvent>
    public var isEnabled: Bool
    /// What messages are signed with, encrypted; nil for messages that are not signed.
    public var sealedSecret: [UInt8]?
    public let createdAt: Timestamp
    public let lastTriggeredAt: Timestamp?

    public init(
        id: Int64, name: String, url: String, events: Set<OutgoingEvent> = [], isEnabled: Bool = true,
        sealedSecret: [UInt8]? = nil, createdAt: Timestamp, lastTriggeredAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.url = url
        self.events = events
        self.isEnabled = isEnabled
        self.sealedSecret = sealedSecret
        self.createdAt = createdAt
        self.lastTriggeredAt = lastTriggeredAt
    }
}
