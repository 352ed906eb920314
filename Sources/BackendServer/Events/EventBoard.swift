import Accounts
import JSON
import Jobs

/// Who listens, what they have not been told yet, and what was said lately.
///
/// A pure value. Everything in it has a bound: the memory for those who come back, the queue of each listener, the
/// listeners of one client and all of them.
struct EventBoard: Sendable {
    static let rememberedMax = 1000
    static let queueMax = 256
    static let listenersMax = 100
    static let listenersPerClientMax = 5
    static let listenersPerUserMax = 20
    static let idleSeconds = 600.0

    typealias ListenerID = Int

    struct Listener: Sendable {
        let caller: Caller
        /// The client as the gateway saw it; nobody's address is a client too.
        let client: String
        var queue: [EventFrame] = []
        var heardAt: Timestamp
        /// How many were dropped, of those that are remembered no more perhaps others', since the last frame that was taken.
        var lost = 0
        var isOver = false
    }

    private(set) var listeners: [ListenerID: Listener] = [:]
    /// The latest events, oldest first; the last has the number `lastID`.
    private var remembered: [Event] = []
    private(set) var lastID: Int
    /// The number before the first of this life of the process.
    private let born: Int
    private var nextListener = 0

    /// - Parameter born: A number that no event has had in an earlier life of the process.
    init(born: Int = 0) { (self.born, lastID) = (born, born) }

    /// Lets somebody listen.
    ///
    /// - Parameters:
    ///   - caller: Who.
    ///   - client: From where.
    ///   - after: The last id they know; nil for those who come first.
    ///   - now: The time.
    /// - Returns: Their number; nil when there are too many.
    mutating func join(_ caller: Caller, client: String, after: Int?, now: Timestamp) -> ListenerID? {
        guard listeners.count < Self.listenersMax,
            listeners.values.count(where: { $0.client == client }) < Self.listenersPerClientMax,
            listeners.values.count(where: { $0.caller.userID == caller.userID }) < Self.listenersPerUserMax
        else { return nil }
        var listener = Listener(caller: caller, client: client, heardAt: now)
        // A number of the future or of an earlier life says nothing: all is new.
        let known = after.map { (born...lastID).contains($0) ? $0 : born } ?? lastID
        // Who is cut off behind the greeting comes back with its number, and must miss nothing of what was to follow it.
        listener.queue.append(
            EventFrame(
                id: known, name: "connection",
                data: ["type": "connected", "message": "Connected to SimpleTuner"]))
        recall(since: known, to: &listener)
        nextListener += 1
        listeners[nextListener] = listener
        return nextListener
    }

    /// Queues the events behind one; what is not remembered any more is lost.
    private func recall(since known: Int, to listener: inout Listener) {
        let first = lastID - remembered.count + 1
        listener.lost = max(0, first - 1 - known)
        for (offset, event) in remembered.enumerated() where first + offset > known && event.isFor(listener.caller) {
            Self.add(event, first + offset, to: &listener)
        }
    }

    mutating func leave(_ id: ListenerID) { listeners[id] = nil }

    /// Queues an event for all who may hear it.
    mutating func publish(_ event: Event, now: Timestamp) {
        lastID += 1
        remembered.append(event)
        if remembered.count > Self.rememberedMax { remembered.removeFirst() }
        for id in Array(listeners.keys) {
            guard var listener = listeners[id], event.isFor(listener.caller) else { continue }
            Self.add(event, lastID, to: &listener)
            listener.heardAt = now
            listeners[id] = listener
        }
    }

    /// The oldest goes when there is no room: what is new is worth more.
    private static func add(_ event: Event, _ id: Int, to listener: inout Listener) {
        listener.queue.append(EventFrame(id: id, name: event.name, data: event.data))
        guard listener.queue.count > queueMax else { return }
        listener.queue.removeFirst()
        listener.lost += 1
    }

    /// Tells every listener that the connection lives, and ends those that heard nothing for long.
    mutating func beat(now: Timestamp) {
        for id in Array(listeners.keys) {
            guard var listener = listeners[id] else { continue }
            if now.secondsSince(listener.heardAt) >= Self.idleSeconds { listener.isOver = true }
            // One that does not read gets no second heartbeat behind the first.
            if listener.queue.isEmpty {
                listener.queue.append(
                    EventFrame(
                        id: lastID, name: "heartbeat",
                        data: ["type": "heartbeat", "timestamp": .string(now.description)]))
            }
            listeners[id] = listener
        }
    }

    /// Tells one person's listeners that they have to sign in anew, and ends them.
    mutating func end(user: Int64) {
        for (id, var listener) in listeners where listener.caller.userID == user {
            Self.add(Event(nil, ["type": "session_invalidated"], for: .user(user)), lastID, to: &listener)
            listener.isOver = true
            listeners[id] = listener
        }
    }

    /// Ends everything: the process stops.
    mutating func endAll() {
        for id in Array(listeners.keys) { listeners[id]?.isOver = true }
    }

    /// Takes what is queued for a listener.
    ///
    /// - Parameter id: Whose.
    /// - Returns: The frames, and whether they are the last; nil for one who has left.
    mutating func take(_ id: ListenerID) -> (frames: [EventFrame], isLast: Bool)? {
        guard var listener = listeners[id] else { return nil }
        var frames = listener.queue
        if listener.lost > 0 {
            frames.insert(
                EventFrame(name: "lagged", data: ["type": "lagged", "dropped": JSONValue(listener.lost)]), at: 0)
        }
        listener.queue = []
        listener.lost = 0
        listeners[id] = listener
        return (frames, listener.isOver)
    }
}
