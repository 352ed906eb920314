import Reactor

/// Where handing over to a successor stands, seen from the gateway that still serves.
///
/// Pure: who asks, who answers and what time it is are arguments; connections are known by their tokens.
struct Succession {
    /// How long a successor may take from its start to asking for the sockets.
    static let startMilliseconds: Int64 = 60_000
    /// How long it may take from getting the sockets to serving.
    static let takeoverMilliseconds: Int64 = 30_000

    /// Somebody waits for the outcome of an upgrade.
    struct Upgrade: Equatable, Sendable {
        let connection: UInt64
        /// Its successor's process id, if it is our child.
        let childID: Int32?
        var deadline: Int64
    }

    /// A successor has the sockets and has not said yet that it serves.
    struct Takeover: Equatable, Sendable {
        let connection: UInt64
        let processID: Int32
        let deadline: Int64
    }

    private(set) var upgrade: Upgrade?
    private(set) var takeover: Takeover?

    /// The next moment at which ``failure(now:)`` may have something to say.
    var deadline: Int64? {
        [upgrade?.deadline, takeover?.deadline].compactMap { $0 }.min()
    }

    /// Somebody asked for an upgrade, and the successor was called.
    mutating func call(connection: UInt64, childID: Int32?, now: Int64) {
        precondition(upgrade == nil, "two upgrades at once")
        upgrade = Upgrade(connection: connection, childID: childID, deadline: now + Self.startMilliseconds)
    }

    /// A successor asked for the sockets.
    ///
    /// - Returns: Whether it may have them: not while another one has them.
    mutating func begin(connection: UInt64, processID: Int32, now: Int64) -> Bool {
        guard takeover == nil else { return false }
        takeover = Takeover(
            connection: connection, processID: processID, deadline: now + Self.takeoverMilliseconds)
        upgrade?.deadline = now + Self.takeoverMilliseconds
        return true
    }

    /// A successor says that it serves.
    ///
    /// - Returns: Its process id, if it is the one that got the sockets.
    mutating func confirm(connection: UInt64) -> Int32? {
        guard let takeover, takeover.connection == connection else { return nil }
        self.takeover = nil
        return takeover.processID
    }

    /// A connection is gone.
    ///
    /// - Returns: Whether it was the successor's, so that it will not come.
    mutating func lose(connection: UInt64) -> Bool {
        if upgrade?.connection == connection { upgrade = nil }
        guard takeover?.connection == connection else { return false }
        takeover = nil
        return true
    }

    /// What became too late.
    ///
    /// - Returns: The connection of a successor that does not say that it serves.
    mutating func expire(now: Int64) -> UInt64? {
        guard let takeover, takeover.deadline <= now else { return nil }
        self.takeover = nil
        return takeover.connection
    }

    /// Whether nobody came within the time of an upgrade.
    func isUpgradeLate(now: Int64) -> Bool {
        guard let upgrade, takeover == nil else { return false }
        return upgrade.deadline <= now
    }

    /// The upgrade has its outcome.
    ///
    /// - Returns: The connection that waits for it.
    mutating func endUpgrade() -> UInt64? {
        defer { upgrade = nil }
        return upgrade?.connection
    }
}
