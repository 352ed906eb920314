import GatePolicy
import Logging
import Reactor
import Storage

/// Tells the gateway what is configured, and knows whether it heard.
struct PolicyDesk: Sendable {
    let database: JobDatabase
    let file: PolicyFile
    let link: GatewayLink
    let logger: Logger

    /// Writes the policy anew, whatever lies there.
    ///
    /// To be called once, at the start.
    func begin() async throws {
        let predecessor = try await onDisk { [file] in file.predecessor() }
        try await database.countPolicy(after: predecessor, fingerprint: GatePolicy.fingerprint(of:))
        try await publish()
    }

    /// Writes the policy, unless the one that is wanted lies there already.
    ///
    /// It is read from the database anew each time, so nothing is lost with whoever changed it and went away; and held
    /// against the file, so that one which somebody damaged or removed does not wait for the next change.
    ///
    /// - Returns: The version that lies there.
    /// - Throws: Why it cannot be read or written.
    @discardableResult func publish() async throws -> Int {
        let source = try await database.policySource()
        let policy = GatePolicy(version: source.stamp?.version ?? 0, configs: source.configs)
        if try await onDisk({ [file] in try file.write(policy) }) {
            logger.warning(
                "the gateway's policy was damaged or removed, and is written anew", metadata: ["path": "\(file.path)"])
        }
        return policy.version
    }

    /// Publishes a change, and waits for the gateway to use it.
    ///
    /// - Returns: Nil when it does, else why not, as a sentence. The change is stored in any case.
    func problemOfApplying() async -> String? {
        do {
            return await link.problem(applying: try await publish())
        } catch {
            noteFailure(error)
            let cause = (error as? SystemError).map { ": \($0)" } ?? ""
            return "The policy could not be written to the folder that the gateway watches\(cause)."
        }
    }

    func noteFailure(_ error: any Error) {
        logger.error(
            "the gateway's policy could not be written", metadata: ["path": "\(file.path)", "error": "\(error)"])
    }

    /// How the gateway stands to what is wanted.
    ///
    /// One that is silent is asked a second time: a busy machine takes longer than a question waits now and then, and
    /// whoever is woken for that looks the next time less closely.
    func standing() async -> PolicyStanding {
        let wanted = (try? await database.policyStamp())??.version
        let first = await link.answer()
        guard case .failure = first else { return PolicyStanding(wanted: wanted, gateway: first) }
        return PolicyStanding(wanted: wanted, gateway: await link.answer())
    }
}
