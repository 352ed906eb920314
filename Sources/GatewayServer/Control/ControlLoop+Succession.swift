import Logging
import Reactor
import Settings
import Telemetry

/// A new binary without loss: the successor gets the sockets, serves, and says so; only then this process drains.
extension ControlLoop {
    /// Calls a successor: starts one, or asks the supervisor to.
    ///
    /// The answer waits for the outcome.
    func upgrade(_ connection: ControlConnection) {
        guard lifeCycle.holdsListeners, succession.upgrade == nil, succession.takeover == nil else {
            return server.answer(connection, .refusal(409, "An upgrade or a stop is under way."))
        }
        do {
            if settings.isSupervised {
                try HostProcess.askParentForSuccessor()
            } else if HostProcess.id == 1 {
                // A container ends with its first process, whoever serves by then.
                return server.answer(
                    connection, .refusal(409, "This gateway is its container's first process. Start a new container."))
            } else {
                successor = try circumstances.startSuccessor()
            }
        } catch {
            return server.answer(connection, .refusal(500, "A new gateway cannot be started: \(error)."))
        }
        logger.info("A new gateway was called to take over")
        succession.call(connection: connection.token, childID: successor?.id, now: now)
        hold(connection, until: now + Succession.startMilliseconds + Succession.takeoverMilliseconds)
    }

    /// Gives the listening sockets to a successor, and goes on serving.
    func handOver(_ connection: ControlConnection) {
        guard server.admission.mayTakeOver(connection.peer.userID) else {
            return server.answer(connection, .refusal(403, "Only this gateway's own user and root may take over."))
        }
        guard lifeCycle.holdsListeners,
            succession.begin(connection: connection.token, processID: connection.peer.processID, now: now)
        else { return server.answer(connection, .refusal(409, "An upgrade or a stop is under way.")) }
        let sockets = crew.listenerDescriptors.map { door, descriptor in
            let origin: InheritedListener.Origin = doors.outside.contains(descriptor) ? .outside : .settings
            return (mark: HandoverMark(door: door, origin: origin), descriptor: descriptor)
        }
        connection.deadline = now + Succession.takeoverMilliseconds
        held[connection.token] = connection
        logger.info("A new gateway gets the listening sockets", metadata: ["pid": "\(connection.peer.processID)"])
        guard !connection.hand(over: sockets) else { return }
        server.close(connection)
        forget(connection.token)
    }

    /// The successor serves: what is new is its own from now on.
    func confirmTakeover(_ connection: ControlConnection) {
        guard let successorID = succession.confirm(connection: connection.token) else {
            return server.answer(connection, .refusal(409, "This takeover is over."))
        }
        held[connection.token] = nil
        logger.info("A new gateway serves", metadata: ["pid": "\(successorID)"])
        // Said by the process that is the service's main one until now, which the manager believes.
        circumstances.notifySocket.tell(.mainProcess(successorID))
        obey(lifeCycle.handOver(now: now))
        var text = JSONText()
        text.add("pid", Int(successorID))
        server.answer(connection, .json(text))
        endUpgrade(.json(text))
    }

    /// The supervisor says that the successor which it started is dead.
    func abandonUpgrade() -> ControlAnswer {
        guard succession.upgrade != nil, succession.takeover == nil else { return .refusal(409, "No upgrade waits.") }
        goOn("it ended")
        return .json(JSONText())
    }

    /// A connection is gone; perhaps the successor with it.
    func forget(_ token: UInt64) {
        held[token] = nil
        if succession.lose(connection: token) { goOn("it ended before it served") }
    }

    func watchSuccession() {
        if let late = succession.expire(now: now), let connection = held.removeValue(forKey: late) {
            server.answer(connection, .refusal(409, "The takeover took too long."))
            goOn("it did not serve in time")
        }
        if succession.upgrade != nil, let ending = successor?.ending() {
            successor = nil
            // With the sockets in its hands its connection ends too, and tells more.
            if succession.takeover == nil { goOn("it ended with \(ending)") }
        }
        if succession.isUpgradeLate(now: now) { goOn("it did not ask for the sockets in time") }
    }

    /// The successor will not come: everything stays as it was.
    private func goOn(_ reason: String) {
        logger.error("The new gateway did not take over, this one goes on", metadata: ["reason": "\(reason)"])
        do {
            try server.reclaimName(poller)
        } catch {
            logger.error("The control socket's name is lost", metadata: ["error": "\(error)"])
        }
        endUpgrade(.refusal(502, "The new gateway did not take over: \(reason). The old one goes on."))
    }

    private func hold(_ connection: ControlConnection, until deadline: Int64) {
        connection.isHeld = true
        connection.deadline = deadline
        held[connection.token] = connection
    }

    private func endUpgrade(_ answer: ControlAnswer) {
        guard let token = succession.endUpgrade(), let connection = held.removeValue(forKey: token) else { return }
        server.answer(connection, answer)
    }
}
