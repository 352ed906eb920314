import TestSupport
import Testing

extension IntegrationTests {
    /// New binaries without loss.
    @Suite struct LifecycleUpgradeTests {
        @Test func `ten binaries take over from each other, and no request is lost`() async throws {
            let facts = try await LifecyclePlay.play("swaps")
            #expect(facts["answers"].elements == Array(repeating: 200, count: 10))
            #expect(Set(facts["pids"].elements.compactMap(\.int)).count == 11)
            #expect(facts["said"] == facts["pids"].elements.last)
            #expect(facts["lost"].elements == [])
            #expect(facts["requests"].int ?? 0 > 100)
            #expect(facts["slow_bytes"] == 200_000)
            #expect(facts["sockets"].elements == Array(repeating: 4, count: 10))
        }

        @Test func `a successor with another number of workers serves every socket`() async throws {
            let facts = try await LifecyclePlay.play("workers")
            #expect(facts["sockets"].elements == [.array([5, 5]), .array([5, 5]), .array([5, 5])])
            #expect(facts["served"] == 300)
        }

        @Test func `a successor that dies on the way changes nothing`() async throws {
            let facts = try await LifecyclePlay.play("midway")
            #expect(facts["goes_on"].elements == [true, true, true])
            #expect(facts["descriptors"] == 4)
            #expect(facts["second"] == 409)
            #expect(facts["broken"] == 502)
            #expect(facts["detail"]["detail"].string?.contains("exit code 3") == true)
            #expect(facts["good"] == 200)
            #expect(facts["upgraded"] == true)
        }

        @Test func `the service manager's sockets are served, told of, and handed on`() async throws {
            let facts = try await LifecyclePlay.play("activation")
            #expect(facts["health"] == 200)
            #expect(facts["pid"] == true)
            #expect(facts["listeners"] == facts["expected"])
            #expect(facts["reload"] == 200)
            #expect(facts["upgrade"] == 200)
            #expect(facts["after"] == facts["expected"])
            #expect(facts["health_after"] == 200)
            #expect(facts["main"] == true)
            #expect(
                facts["notices"].elements == [
                    "READY", "RELOADING", "MONOTONIC_USEC", "READY", "MAINPID", "READY", "STOPPING",
                ])
        }

        @Test func `under a supervisor the upgraded gateway is the one that is kept running`() async throws {
            try await Installation.running { tuner in
                let first = try #require(tuner.gateway)
                let upgrade = try await tuner.command(["upgrade"])
                #expect(upgrade.exitCode == 0, "\(upgrade.errors)")
                try await wait(until: "the old gateway had ended") {
                    !tuner.processes.contains { $0.id == first.id }
                }
                let second = try #require(tuner.gateway)
                #expect(upgrade.output == "upgraded: process \(second.id) serves\n")
                // It learns of the end a moment after us.
                try await wait(until: "the supervisor said so") { tuner.log.contains("The old gateway has finished.") }
                #expect(!tuner.log.contains("started again"))
                try await tuner.killGateway()
                try await wait(until: "another gateway ran") {
                    tuner.gateway.map { $0.id != second.id } ?? false
                }
                try await tuner.untilReady()
                #expect(try await tuner.stop() == 0)
                #expect(tuner.processes == [])
            }
        }

        @Test func `a supervisor keeps the old gateway, or starts another, as the new one's death demands`()
            async throws
        {
            let facts = try await LifecyclePlay.play("supervised")
            #expect(facts["broken"] == 502)
            for fact in ["goes_on", "third", "old_finishes", "received"] { #expect(facts[fact] == true, "\(fact)") }
            #expect(facts["good"] == 200)
            #expect(facts["health"] == 200)
            #expect(facts["code"] == 0)
            #expect(facts["left"].elements == [])
        }
    }
}
