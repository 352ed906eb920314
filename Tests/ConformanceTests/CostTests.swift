import TestSupport
import Testing

extension ConformanceTests {
    /// What a small request over a kept connection costs, in counts: they hold on any machine, unlike times.
    @Suite(.enabled(if: Tool.hasBinariesToCount, "release binaries are counted: TUNERGATE_BIN has to name them"))
    struct CostTests {
        /// The request and its answer are received and sent once on each side; the rest is the loop's own wait, which
        /// many requests share.
        private static let callsMax = 4.1
        private static let allocationsMax = 2.5

        private struct Missing: Error, CustomStringConvertible {
            let description: String
        }

        private func number(_ json: JSON) -> Double? {
            if case .number(let number) = json { number } else { nil }
        }

        @Test func `a small request takes four system calls and two allocations`() async throws {
            let result = try await Tool.bench.run(["--count"])
            guard result.exitCode == 0, let counts = try? JSON(result.output.utf8) else {
                throw Missing(description: "nothing was counted: \(result.output)\(result.errors)")
            }
            let allocations = try #require(number(counts["mallocs_per_request"]), "\(result.output)")
            #expect(allocations <= Self.allocationsMax)
            guard let calls = number(counts["syscalls_per_request"]) else {
                Issue.record("System calls were not counted: \(result.errors)", severity: .warning)
                return
            }
            #expect(calls <= Self.callsMax)
        }
    }
}
